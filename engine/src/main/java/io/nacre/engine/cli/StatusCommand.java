package io.nacre.engine.cli;

import com.typesafe.config.Config;
import io.nacre.engine.ExitCode;
import io.nacre.engine.ops.ControlClient;
import io.nacre.engine.ops.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nacre status}: what a running engine does. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Says what a running engine protects and how, how many requests wait, how requests were"
          + " answered and why, and how clamd is.",
      ""
    },
    footer = {"", "Exit codes: 0 the engine answered, 69 no engine answers."})
final class StatusCommand implements Callable<Integer> {

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      defaultValue = "/run/nacre/nacre.sock",
      description = "The engine's control socket; ${DEFAULT-VALUE} if not given.")
  private Path socket = Path.of("/run/nacre/nacre.sock");

  @Override
  public Integer call() {
    Config status;
    try {
      status = ControlClient.ask(socket, "status");
    } catch (IOException e) {
      System.err.println(
          "nacre: no engine answers at "
              + socket
              + " ("
              + e.getMessage()
              + "); is it running, and may you ask it?");
      return ExitCode.UNAVAILABLE;
    }
    if (json) {
      System.out.print(Json.writePretty(status));
    } else {
      StatusText.lines(status).forEach(System.out::println);
    }
    return ExitCode.OK;
  }
}
