package io.nacre.engine.cli.config;

import io.nacre.engine.cli.option.ControlSocket;
import io.nacre.engine.cli.option.RestartProgress;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.log.Printable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nacre reload}: has a running engine read its configuration again. */
@Command(
    name = "reload",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Has a running engine read its configuration again, and apply what has changed. Nothing that"
          + " both configurations protect is unprotected meanwhile. If the configuration is"
          + " refused, nothing changes.",
      "",
      "What a running process cannot change, such as the control socket, is applied by a new process"
          + " that takes over, as with 'nacre restart'.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 applied, 1 the running engine goes on without a part of it, 2 no permission, 69 no engine answers, 78 the configuration is"
          + " refused."
    })
public final class ReloadCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int HAND_OVER_SECONDS = 900;

  @Mixin private ControlSocket socket = new ControlSocket();

  @Override
  public Integer call() throws InterruptedException {
    Optional<JsonObject> answer = socket.ask("reload", TIMEOUT);
    if (answer.isEmpty()) {
      return ExitCode.UNAVAILABLE;
    }
    if (answer.get().has("error")) {
      System.err.println("nacre: " + Printable.of(answer.get().getString("error")));
      return ExitCode.USAGE;
    }
    List<String> problems = answer.get().getStrings("problems");
    if (!problems.isEmpty()) {
      problems.forEach(problem -> System.err.println(Printable.of(problem)));
      System.err.println("nacre: the configuration is refused, and nothing has changed");
      return ExitCode.CONFIGURATION;
    }
    System.out.println(Printable.of(answer.get().getString("text")));
    return answer.get().getStrings("by-hand-over").isEmpty()
        ? ExitCode.OK
        : new RestartProgress(
                socket,
                Optional.of(answer.get().getString("control-socket"))
                    .filter(path -> !path.isEmpty())
                    .map(Path::of),
                HAND_OVER_SECONDS)
            .await(answer.get().getLong("pid"));
  }
}
