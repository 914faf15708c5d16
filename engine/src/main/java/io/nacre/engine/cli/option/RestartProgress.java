package io.nacre.engine.cli.option;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.control.ControlCommands;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The wait for a hand-over to a new engine, with a line for each of its steps. */
public final class RestartProgress {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 100;
  private static final int FAILURES_MAX = 50;

  private final ControlSocket socket;
  private final Optional<Path> next;
  private final int timeoutSeconds;

  /** A wait of at most {@code timeoutSeconds} for an engine with the same control socket. */
  public RestartProgress(ControlSocket socket, int timeoutSeconds) {
    this(socket, Optional.empty(), timeoutSeconds);
  }

  /** The same; the new engine may listen at {@code next} instead. */
  public RestartProgress(ControlSocket socket, Optional<Path> next, int timeoutSeconds) {
    this.socket = socket;
    this.next = next;
    this.timeoutSeconds = timeoutSeconds;
  }

  /**
   * Waits until another process than {@code before} is the engine.
   *
   * @return the exit code of the command
   */
  public int await(long before) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
    String step = "";
    int failures = 0;
    while (deadlineNanos - System.nanoTime() > 0 && failures < FAILURES_MAX) {
      Optional<JsonObject> progress = progress();
      if (progress.isEmpty()) { // the socket changes hands
        failures++;
        next.ifPresent(socket::move);
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        continue;
      }
      failures = 0;
      long now = progress.get().getLong("pid");
      if (now != before) {
        System.out.println("process " + now + " has taken over from process " + before);
        return ExitCode.OK;
      }
      String detail = progress.get().getString("detail");
      if (progress.get().getString("state").equals("failed")) {
        System.err.println("nacre: the running engine goes on: " + detail);
        return ExitCode.FOUND;
      }
      if (!detail.equals(step)) {
        System.out.println(detail);
        step = detail;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    System.err.println("nacre: neither engine reported the end of the restart; see nacre status");
    return failures < FAILURES_MAX ? ExitCode.FOUND : ExitCode.UNAVAILABLE;
  }

  private Optional<JsonObject> progress() {
    try {
      return Optional.of(
          socket.askOnce(Map.of("command", ControlCommands.RESTART_PROGRESS), TIMEOUT));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
