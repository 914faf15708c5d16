package io.nacre.engine.cli.status;

import io.nacre.engine.cli.option.ControlSocket;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.json.JsonObject;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nacre flush}: invalidates every cached verdict of a running engine. */
@Command(
    name = "flush",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Invalidates every cached verdict of a running engine, so that each file is scanned again when"
          + " it is next opened. New signatures do so by themselves.",
      ""
    },
    footer = {"", "Exit codes: 0 invalidated, 2 no permission, 69 no engine answers."})
public final class FlushCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Mixin private ControlSocket socket = new ControlSocket();

  @Override
  public Integer call() {
    Optional<JsonObject> answer = socket.ask("flush", TIMEOUT);
    if (answer.isEmpty()) {
      return ExitCode.UNAVAILABLE;
    }
    if (answer.get().has("error")) {
      System.err.println("nacre: " + answer.get().getString("error"));
      return ExitCode.USAGE;
    }
    long verdicts = answer.get().getLong("invalidated");
    System.out.printf(
        Locale.ROOT, "invalidated %,d %s%n", verdicts, verdicts == 1 ? "verdict" : "verdicts");
    return ExitCode.OK;
  }
}
