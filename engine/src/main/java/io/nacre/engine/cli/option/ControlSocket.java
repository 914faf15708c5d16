package io.nacre.engine.cli.option;

import io.nacre.engine.control.ControlClient;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that says where the engine listens, of each command that asks it something. */
public final class ControlSocket {

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      defaultValue = "/run/nacre/nacre.sock",
      description = "The engine's control socket; ${DEFAULT-VALUE} if not given.")
  private Path socket = Path.of("/run/nacre/nacre.sock");

  /** Returns the engine's reply; says so, and returns nothing, if there is none. */
  public Optional<JsonObject> ask(String command, Duration timeout) {
    return ask(Map.of("command", command), timeout);
  }

  /** Does the same for a {@code request} with more to it than its {@code command}. */
  public Optional<JsonObject> ask(Map<String, Object> request, Duration timeout) {
    try {
      return Optional.of(ControlClient.ask(socket, request, timeout));
    } catch (IOException e) {
      System.err.println(
          "nacre: no engine answers at "
              + socket
              + " ("
              + e.getMessage()
              + "); is it running, and may you ask it?");
      return Optional.empty();
    }
  }
}
