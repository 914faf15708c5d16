package io.nacre.engine.cli;

import io.nacre.engine.Engine;
import io.nacre.engine.EngineStartException;
import io.nacre.engine.ExitCode;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.detection.Detection;
import io.nacre.engine.detection.Printable;
import io.nacre.engine.ops.ServiceNotification;
import io.nacre.engine.ops.Signals;
import io.nacre.engine.watch.Coverage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An engine in the foreground, from its start to the signal that ends it. */
final class EngineRun {
  private static final Logger LOG = LoggerFactory.getLogger(EngineRun.class);

  /** What SIGHUP does. */
  enum HangUp {
    /** Reads the configuration again. */
    RELOAD,
    /** Ends the run. */
    STOP
  }

  private static final long LAST_WORDS_MILLIS = 50;

  private final EngineConfig config;
  private final HangUp onHangUp;
  private volatile boolean started;
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  /**
   * An engine for {@code config}.
   *
   * @param onHangUp what SIGHUP does; it comes when a terminal is closed, too
   */
  EngineRun(EngineConfig config, HangUp onHangUp) {
    this.config = config;
    this.onHangUp = onHangUp;
  }

  /**
   * Starts the engine, and returns the exit code when it ended.
   *
   * @param detections is told of each detection, after the answer
   * @param whileRunning is told once that the engine is ready
   */
  int run(Consumer<Detection> detections, Consumer<Engine> whileRunning) {
    Signals.on("TERM", this::onStop);
    Signals.on("INT", this::onStop);
    Signals.on("HUP", this::onHangUp);
    ServiceNotification service =
        new ServiceNotification(Optional.ofNullable(System.getenv("NOTIFY_SOCKET")));
    Engine engine;
    try {
      engine = Engine.start(config, detections);
    } catch (EngineStartException e) {
      System.err.println("nacre: " + e.getMessage());
      return e.exitCode();
    }
    CompletableFuture<Void> unused = engine.failed().thenAccept(this::onFailed);
    if (engine.hasTestSignaturesOnly()) {
      System.err.println(
          "nacre: warning: there are no signatures in /var/lib/clamav, so only the EICAR test file"
              + " is detected; get them with: freshclam");
    }
    for (Coverage.Entry entry : engine.coverage()) {
      entry
          .problems()
          .forEach(problem -> System.err.println("nacre: warning: " + Printable.of(problem)));
    }
    System.err.println("nacre: ready");
    started = true;
    service.ready("protecting " + engine.coverage().size() + " paths");
    whileRunning.accept(engine);
    int exitCode = ended.join();
    service.stopping();
    engine.stop();
    return exitCode;
  }

  /**
   * While starting there is nothing to stop in order: nobody is held up, and clamd dies with us.
   */
  private void onStop() {
    if (!started) {
      Runtime.getRuntime().halt(ExitCode.OK);
    }
    ended.complete(ExitCode.OK);
  }

  private void onHangUp() {
    if (onHangUp == HangUp.STOP) {
      onStop();
    } else {
      LOG.warn("the configuration cannot be reloaded yet; restart to change it");
    }
  }

  /** Ends the process without ceremony: the kernel lets everybody through at once. */
  private void onFailed(String reason) {
    if (!ended.isDone()) {
      Thread words =
          new Thread(
              () ->
                  System.err.println("nacre: " + reason + "; everybody who waits is let through"));
      words.setDaemon(true);
      words.start(); // whoever reads them may have stopped to
      try {
        words.join(LAST_WORDS_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      Runtime.getRuntime().halt(ExitCode.FAILED);
    }
  }
}
