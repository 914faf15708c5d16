package io.nacre.engine.cli.status;

import io.nacre.engine.cli.option.ControlSocket;
import io.nacre.engine.cli.option.RestartProgress;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.control.ControlCommands;
import io.nacre.engine.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nacre restart}: replaces a running engine by a new process, without a gap. */
@Command(
    name = "restart",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Replaces a running engine by a new process of the installed version, with the configuration"
          + " files as they are now.",
      "",
      "The new engine starts beside the running one, takes over its marks and its caches, and only"
          + " then begins to read. No file can be opened without an answer meanwhile. If the new engine"
          + " does not start, the running one goes on.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 the new engine runs, 1 the running engine goes on, 2 no permission, 69 no engine"
          + " answers."
    })
public final class RestartCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Mixin private ControlSocket socket = new ControlSocket();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "900",
      description = "How long to wait for the new engine; ${DEFAULT-VALUE} if not given.")
  private int timeoutSeconds;

  @Override
  public Integer call() throws InterruptedException {
    Optional<JsonObject> begun = socket.ask(ControlCommands.RESTART, TIMEOUT);
    if (begun.isEmpty()) {
      return ExitCode.UNAVAILABLE;
    }
    if (begun.get().has("error")) {
      System.err.println("nacre: " + begun.get().getString("error"));
      return ExitCode.USAGE;
    }
    return new RestartProgress(socket, timeoutSeconds).await(begun.get().getLong("pid"));
  }
}
