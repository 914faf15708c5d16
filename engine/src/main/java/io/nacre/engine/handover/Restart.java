package io.nacre.engine.handover;

import io.nacre.engine.reload.Successor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The restart of a running engine by a hand-over to a successor: begins it, one at a time, and
 * reports its progress. For any thread; the hand-over has a thread of its own.
 */
public final class Restart implements Successor {
  private static final Logger LOG = LoggerFactory.getLogger(Restart.class);

  /** What became of the last restart. */
  private enum State {
    NONE,
    RUNNING,
    FAILED,
    DONE
  }

  private record Progress(State state, String detail) {}

  private final OutgoingEngine engine;
  private final Optional<Path> directory;
  private volatile Progress progress = new Progress(State.NONE, "");

  /**
   * No restart yet.
   *
   * @param controlSocket beside which the private socket is made; without one there is no restart
   */
  public Restart(OutgoingEngine engine, Optional<Path> controlSocket) {
    this.engine = engine;
    this.directory = controlSocket.map(Path::toAbsolutePath).map(Path::getParent);
  }

  /**
   * Starts a successor, which reads the configuration files anew, and hands over to it.
   *
   * @return completes with the process of the successor when it reads and this engine ends; or with
   *     the reason why this engine goes on
   */
  @Override
  public synchronized CompletionStage<Integer> begin() {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    if (progress.state() == State.RUNNING) {
      done.completeExceptionally(new IllegalStateException("a restart is already under way"));
      return done;
    }
    if (directory.isEmpty()) {
      done.completeExceptionally(new IllegalStateException("a restart needs nacre.control.socket"));
      return done;
    }
    progress = new Progress(State.RUNNING, "beginning");
    Thread thread = new Thread(() -> run(done), "restart");
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  private void run(CompletableFuture<Integer> done) {
    try {
      OutgoingHandOver handOver =
          new OutgoingHandOver(
              engine,
              directory.orElseThrow(),
              step -> progress = new Progress(State.RUNNING, step));
      int pid = handOver.run();
      progress = new Progress(State.DONE, "process " + pid + " has taken over");
      done.complete(pid);
    } catch (IOException | RuntimeException e) {
      String reason = e instanceof HandOverException ? e.getMessage() : e.toString();
      LOG.warn("the restart failed, and this engine goes on: {}", reason);
      progress = new Progress(State.FAILED, String.valueOf(reason));
      done.completeExceptionally(e);
    }
  }

  /** Returns whether a restart is under way. */
  @Override
  public boolean isUnderWay() {
    return progress.state() == State.RUNNING;
  }

  /** Returns the progress, as values that JSON can hold. */
  public Map<String, Object> progress() {
    Progress now = progress;
    Map<String, Object> values = new TreeMap<>();
    values.put("state", now.state().name().toLowerCase(Locale.ROOT));
    values.put("detail", now.detail());
    values.put("pid", ProcessHandle.current().pid());
    return values;
  }
}
