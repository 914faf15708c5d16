package io.nacre.engine.cli.option;

import io.nacre.engine.control.ControlClient;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option for the control socket, and the requests of commands to a running engine. */
public final class ControlSocket {

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      defaultValue = "/run/nacre/nacre.sock",
      description = "The engine's control socket; ${DEFAULT-VALUE} if not given.")
  private Path socket = Path.of("/run/nacre/nacre.sock");

  /**
   * Returns the engine's reply to {@code command}; prints a message and returns nothing if no
   * engine answers.
   */
  public Optional<JsonObject> ask(String command, Duration timeout) {
    return ask(Map.of("command", command), timeout);
  }

  /**
   * Returns the engine's reply to {@code request}; prints a message and returns nothing if no
   * engine answers.
   */
  public Optional<JsonObject> ask(Map<String, Object> request, Duration timeout) {
    try {
      return Optional.of(askOnce(request, timeout));
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

  /** Uses {@code other} from now on, where the engine listens by now. */
  void move(Path other) {
    socket = other;
  }

  /**
   * Returns the engine's reply to {@code request}; prints nothing.
   *
   * @throws IOException if no engine answers in time
   */
  public JsonObject askOnce(Map<String, Object> request, Duration timeout) throws IOException {
    return ControlClient.ask(socket, request, timeout);
  }
}
