package io.nacre.engine.cli.run;

import io.nacre.engine.Engine;
import io.nacre.engine.EngineContext;
import io.nacre.engine.config.ConfigurationSource;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.handover.IncomingHandOver;
import io.nacre.engine.log.Printable;
import io.nacre.engine.ops.ProcessEnd;
import io.nacre.engine.ops.ServiceNotification;
import io.nacre.engine.ops.Signals;
import io.nacre.engine.ops.StandardError;
import io.nacre.engine.ops.SupervisorFile;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.linux.process.ProcessExit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** An engine in the foreground, from its start to the signal that ends it. */
public final class EngineRun {

  private static final long DRAIN_MILLIS = 300;

  private final EngineConfig config;
  private final ConfigurationSource source;
  private final Optional<Runnable> onHangUp;
  private final LongSupplier nanoClock;
  private Optional<IncomingHandOver> handOver = Optional.empty();
  private final StandardError error = StandardError.install();
  private final ProcessEnd end = new ProcessEnd(error, ExitCode.FAILED);
  private volatile boolean started;

  /** Whether SIGHUP came before the engine ran. */
  private volatile boolean isReloadDue;

  private volatile Optional<Engine> running = Optional.empty();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  /**
   * An engine for {@code config}, which the command line gives. SIGHUP ends the run, as it also
   * comes when a terminal is closed.
   */
  public EngineRun(EngineConfig config) {
    this(config, ConfigurationSource.NONE, Optional.empty(), System::nanoTime);
  }

  /** An engine for the files of {@code source}, which SIGHUP reloads. */
  public EngineRun(ConfigurationSource source) {
    this(source.accepted().engine(), source, Optional.empty(), System::nanoTime);
  }

  /** An engine for the files of {@code source}. SIGHUP runs {@code onHangUp}. */
  public EngineRun(ConfigurationSource source, Runnable onHangUp) {
    this(source.accepted().engine(), source, Optional.of(onHangUp), System::nanoTime);
  }

  EngineRun(
      EngineConfig config,
      ConfigurationSource source,
      Optional<Runnable> onHangUp,
      LongSupplier nanoClock) {
    this.config = config;
    this.source = source;
    this.onHangUp = onHangUp;
    this.nanoClock = nanoClock;
  }

  /** Has the engine take over from a running one; before {@link #run}. */
  EngineRun takingOver(Optional<IncomingHandOver> from) {
    handOver = from;
    return this;
  }

  /**
   * Starts the engine, and returns the exit code when it ended.
   *
   * @param detections receives each detection, after the answer
   * @param beforeReady receives the engine once it is ready, before that is announced
   * @param whileRunning receives the engine after that was announced
   */
  public int run(
      Consumer<DetectionRecord> detections,
      Consumer<Engine> beforeReady,
      Consumer<Engine> whileRunning) {
    Signals.on("TERM", this::onStop);
    Signals.on("INT", this::onStop);
    Signals.on("HUP", this::onHangUp);
    Signals.on("USR1", () -> running.ifPresent(Engine::flush));
    end.install();
    int exitCode = runUntilStopped(detections, beforeReady, whileRunning);
    error.drain(DRAIN_MILLIS);
    end.expect();
    return exitCode;
  }

  /**
   * Starts the engine, and returns the exit code when it ended.
   *
   * @param detections receives each detection, after the answer
   * @param whileRunning receives the engine after it was announced as ready
   */
  public int run(Consumer<DetectionRecord> detections, Consumer<Engine> whileRunning) {
    return run(detections, engine -> {}, whileRunning);
  }

  private int runUntilStopped(
      Consumer<DetectionRecord> detections,
      Consumer<Engine> beforeReady,
      Consumer<Engine> whileRunning) {
    ServiceNotification service =
        new ServiceNotification(System.getenv(), ProcessHandle.current().pid());
    Engine engine;
    try {
      engine =
          Engine.start(config, new EngineContext(detections, service, source, nanoClock, handOver));
    } catch (EngineStartException e) {
      System.err.println("nacre: " + e.getMessage());
      handOver.ifPresent(present -> present.refuse(String.valueOf(e.getMessage())));
      return e.exitCode();
    }
    running = Optional.of(engine);
    CompletableFuture<Void> unused = engine.failed().thenAccept(this::onFailed);
    CompletableFuture<Void> leaving =
        engine.handedOver().thenRun(() -> ended.complete(ExitCode.OK));
    printWarnings(engine);
    started = true;
    beforeReady.accept(engine);
    System.err.println("nacre: ready");
    service.ready("protecting " + engine.coverage().size() + " paths");
    if (isReloadDue) {
      engine.requestReload();
    }
    whileRunning.accept(engine);
    int exitCode = ended.join();
    if (leaving.isDone()) {
      System.err.println("nacre: process " + engine.handedOver().join() + " has taken over");
    } else {
      service.stopping();
    }
    engine.stop();
    if (!leaving.isDone()) {
      SupervisorFile.remove();
    }
    return exitCode;
  }

  private static void printWarnings(Engine engine) {
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
  }

  /** During the start nothing has to be stopped in order: no open is blocked yet. */
  private void onStop() {
    if (!started) {
      ProcessExit.now(ExitCode.OK);
    }
    ended.complete(ExitCode.OK);
  }

  private void onHangUp() {
    if (onHangUp.isPresent()) {
      onHangUp.get().run();
    } else if (source == ConfigurationSource.NONE) {
      onStop();
    } else {
      running.ifPresentOrElse(Engine::requestReload, () -> isReloadDue = true);
    }
  }

  private void onFailed(String reason) {
    if (!ended.isDone()) {
      end.atOnce(reason);
    }
  }
}
