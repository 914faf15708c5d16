package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageChange;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.request.FileScanner;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * The stage of the clamds: the pool, its connections and monitors, and the embedded clamd. Another
 * configuration gets a pool of its own beside the running one, which then gets no more scans.
 *
 * <ul>
 *   <li>Owns: every session with a clamd; the process and the directory of the embedded clamd.
 *   <li>Must not own: the descriptor that is scanned.
 *   <li>Hands to: clamd; each verdict goes back to the scan stage.
 *   <li>Thread: opened, started, changed and closed by the thread that does so to the engine; any
 *       thread scans.
 * </ul>
 */
public final class Scanners implements Stage, FileScanner {
  /** The wait for the first answer of a clamd of another configuration. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(3);

  private static final long POLL_MILLIS = 5;

  private final StageContext context;
  private ClamdConfig config;
  private int generation = 1;
  private volatile ClamdSelection selection;
  private volatile Optional<RunningPool> running = Optional.empty();

  private Scanners(ClamdConfig config, ClamdSelection selection, StageContext context) {
    this.config = config;
    this.selection = selection;
    this.context = context;
  }

  /** Finds the clamds of {@code config}, and prepares an embedded one if there is none. */
  public static Scanners open(ClamdConfig config, StageContext context)
      throws EngineStartException, IOException {
    return new Scanners(config, ClamdSelection.of(config, context.stop()), context);
  }

  /**
   * Starts the actors of each clamd.
   *
   * @param signatures is notified when a clamd may have other signatures than before
   */
  public void start(StageActors actors, SignatureSet signatures) throws ErrnoException {
    running =
        Optional.of(
            RunningPool.start(
                new RunningPool.Setup(actors, context, signatures),
                config,
                selection,
                "clamd-",
                Optional.empty()));
  }

  /** The stage never fails: see {@link ClamdPool#scan}. */
  @Override
  public CompletionStage<Verdict> scan(ScanJob job) {
    return running.orElseThrow(() -> new IllegalStateException("not started")).pool().scan(job);
  }

  /**
   * Prepares the change to {@code next}: its clamds are connected before any of them gets a scan.
   *
   * @throws EngineStartException if no clamd of {@code next} answers, though one of the running
   *     configuration does
   */
  public StageChange prepare(ClamdConfig next) throws EngineStartException, IOException {
    RunningPool old = running.orElseThrow(() -> new IllegalStateException("not started"));
    if (next.equals(config)) {
      return StageChange.NONE;
    }
    ClamdSelection chosen = selection.replacedBy(next, context.stop());
    generation++;
    RunningPool prepared =
        RunningPool.start(
            old.setup(), next, chosen, "clamd-generation-" + generation + "-", Optional.of(old));
    try {
      awaitAnswer(chosen, next.startTimeout());
    } catch (EngineStartException e) {
      prepared.end(old);
      throw e;
    }
    return new StageChange() {
      @Override
      public CompletionStage<Void> commit() {
        config = next;
        selection = chosen;
        running = Optional.of(prepared);
        old.drainInto(prepared, next.scanTimeout());
        return CompletableFuture.completedFuture(null);
      }

      @Override
      public void discard() {
        prepared.end(old);
      }
    };
  }

  private void awaitAnswer(ClamdSelection chosen, Duration startTimeout)
      throws EngineStartException {
    long begun = System.nanoTime();
    while (hasUsable(selection) && !hasUsable(chosen)) {
      boolean isStarting = chosen.clamds().best().state() == ClamdHealth.State.STARTING;
      Duration limit = isStarting ? startTimeout : FIRST_ANSWER;
      if (System.nanoTime() - begun > limit.toNanos()) {
        throw new EngineStartException(
            ExitCode.UNAVAILABLE,
            "no clamd of the new configuration answers: " + chosen.clamds().best().detail());
      }
      pause();
    }
  }

  private static boolean hasUsable(ClamdSelection clamds) {
    return clamds.clamds().endpoints().stream()
        .anyMatch(endpoint -> endpoint.health().reading().state().isUsable());
  }

  private static void pause() throws EngineStartException {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineStartException(ExitCode.FAILED, "interrupted", e);
    }
  }

  /** Returns all clamds. */
  public Clamds clamds() {
    return selection.clamds();
  }

  /**
   * Returns which signatures verdicts come from, so that two engines can compare them; empty while
   * that is uncertain. An embedded clamd is never that of another engine.
   */
  public String signatureIdentity() {
    StringBuilder all = new StringBuilder();
    for (ClamdEndpoint endpoint : clamds().endpoints()) {
      String identity = endpoint.signatureIdentity();
      if (identity.isEmpty()) {
        return "";
      }
      all.append(endpoint).append(": ").append(identity).append('\n');
    }
    return all.toString();
  }

  /** Returns the embedded clamd, if there is one. */
  public Optional<EmbeddedClamd> embedded() {
    return selection.embedded();
  }

  /** Removes the directory of the embedded clamd; its process has ended with its supervisor. */
  @Override
  public void close() {
    selection.embedded().ifPresent(EmbeddedClamd::remove);
  }
}
