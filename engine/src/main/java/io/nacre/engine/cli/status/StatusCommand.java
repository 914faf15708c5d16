package io.nacre.engine.cli.status;

import io.nacre.engine.cli.option.ControlSocket;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nacre status}: the state of a running engine. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Shows the state of a running engine: the protected paths and their marks, the queue, the"
          + " answers by reason, the caches, and each clamd.",
      ""
    },
    footer = {"", "Exit codes: 0 the engine answered, 69 no engine answers."})
public final class StatusCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ControlSocket socket = new ControlSocket();

  @Override
  public Integer call() {
    Optional<JsonObject> status = socket.ask("status", TIMEOUT);
    if (status.isEmpty()) {
      return ExitCode.UNAVAILABLE;
    }
    if (json) {
      System.out.print(Json.writePretty(status.get()));
    } else {
      StatusText.lines(status.get()).forEach(System.out::println);
    }
    return ExitCode.OK;
  }
}
