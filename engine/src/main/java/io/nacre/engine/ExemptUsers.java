package io.nacre.engine;

import io.nacre.engine.config.PolicyConfig.Exempt;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.policy.Exemptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** Turns the names of exempt users into numbers, once, before the first mark. */
final class ExemptUsers {

  private ExemptUsers() {}

  static Exemptions exemptions(Exempt config) throws EngineStartException, IOException {
    Set<Integer> uids = new HashSet<>(config.uids());
    if (config.root()) {
      uids.add(0);
    }
    for (String name : config.users()) {
      uids.add(uid(name));
    }
    return new Exemptions(uids);
  }

  /** Asks id(1), which knows every source of users that the machine is set up for. */
  private static int uid(String name) throws EngineStartException, IOException {
    Process id =
        new ProcessBuilder("id", "-u", "--", name)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(id.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      if (line == null) {
        throw new EngineStartException(
            ExitCode.CONFIGURATION, "nacre.exempt.users: there is no user " + name);
      }
      return Integer.parseInt(line);
    }
  }
}
