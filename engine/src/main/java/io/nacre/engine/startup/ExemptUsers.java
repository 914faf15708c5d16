package io.nacre.engine.startup;

import io.nacre.engine.config.PolicyConfig.Exempt;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.policy.Exemptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Resolves the names of exempt users to numbers, once, before the first mark. */
public final class ExemptUsers {

  private ExemptUsers() {}

  /** Returns the exempt users of {@code config}, without its programs. */
  public static Exemptions resolve(Exempt config) throws EngineStartException, IOException {
    Set<Integer> uids = new HashSet<>(config.uids());
    if (config.root()) {
      uids.add(0);
    }
    for (String name : config.users()) {
      uids.add(
          uid(name)
              .orElseThrow(
                  () ->
                      new EngineStartException(
                          ExitCode.CONFIGURATION, "nacre.exempt.users: there is no user " + name)));
    }
    return new Exemptions(uids);
  }

  /** Returns whether there is a user {@code name}; false also if that cannot be queried. */
  static boolean exists(String name) {
    try {
      return uid(name).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  /** Queries id(1), which consults every user database that the machine is configured for. */
  private static Optional<Integer> uid(String name) throws IOException {
    Process id =
        new ProcessBuilder("id", "-u", "--", name)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(id.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      return Optional.ofNullable(line).map(Integer::parseUnsignedInt);
    }
  }
}
