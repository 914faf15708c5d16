package io.nacre.engine.scan;

import io.nacre.engine.request.AfterAnswer;
import io.nacre.engine.request.CleanFileSink;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.FileScanner;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.Scanned;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Statx;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The way of one job through a scan: prefetch hint, begin of the cache entry, clamd, end of the
 * cache entry; and, when the job has left the scheduler, what follows the answer.
 *
 * <p>A verdict is cached for a version of a file that was the same before and after the scan. None
 * is cached while it is unknown which signatures clamd uses.
 *
 * <ul>
 *   <li>Owns: the cache entries that are begun and not ended.
 *   <li>Must not own: the job, which is the scheduler's until {@link #leave}; the order of scans.
 *   <li>Hands to: the {@link FileScanner}; then {@link AfterAnswer}.
 *   <li>Thread: {@link #scan} and {@link #leave} run on the stream's thread; the end of a scan runs
 *       on the thread that learnt the verdict.
 * </ul>
 */
public final class ScanExecutor {

  /**
   * What a scan passes through.
   *
   * @param prefetch learns which files openers wait for
   * @param clean the cache of clean files
   * @param infected the cache of infected files
   * @param signatures the signatures that verdicts come from
   * @param scanner the clamds
   * @param kernelCache receives clean files
   * @param afterAnswer receives each job behind its answer
   */
  public record Steps(
      PrefetchHint prefetch,
      CleanCache clean,
      InfectedFiles infected,
      SignatureSet signatures,
      FileScanner scanner,
      CleanFileSink kernelCache,
      AfterAnswer afterAnswer) {}

  /**
   * A cache entry that is begun: the state before the scan.
   *
   * @param clean nothing if a clean verdict would not be valid for later opens
   * @param generation of the cache of infected files
   * @param isCertain whether it is known which signatures clamd uses
   */
  private record Entry(
      FileFacts facts, Optional<CleanFiles.Scan> clean, int generation, boolean isCertain) {}

  private final Steps steps;
  private final LongSupplier nanoClock;
  private final ThreadLocal<Statx> statx = ThreadLocal.withInitial(Statx::new);

  /** An executor that passes scans through {@code steps}. */
  public ScanExecutor(Steps steps, LongSupplier nanoClock) {
    this.steps = steps;
    this.nanoClock = nanoClock;
  }

  /**
   * Scans the file of {@code job} and completes the job.
   *
   * @return completes, never badly, on the thread that learnt the verdict, when the job is
   *     completed
   */
  CompletionStage<Scanned> scan(ScanJob job) {
    if (job instanceof PermissionRequest request) {
      steps.prefetch().scanning(request);
    }
    Entry entry = begin(job);
    long beganNanos = nanoClock.getAsLong();
    return steps.scanner().scan(job).thenApply(verdict -> end(job, entry, verdict, beganNanos));
  }

  private Entry begin(ScanJob job) {
    int generation = steps.infected().generation();
    FileFacts facts = job.facts().isKnown() ? job.facts() : factsNow(job);
    Optional<CleanFiles.Scan> clean =
        facts.isKnown()
            ? steps.clean().begin(job.file(), facts.version(), facts.mountId())
            : Optional.empty();
    // Read after the generations: a later change of signatures also clears the caches later.
    boolean isCertain = !steps.signatures().isUncertain();
    return new Entry(facts, clean, generation, isCertain);
  }

  private Scanned end(ScanJob job, Entry entry, Verdict verdict, long beganNanos) {
    long tookNanos = nanoClock.getAsLong() - beganNanos;
    boolean isClean = entry.isCertain() && verdict instanceof Verdict.Clean;
    if (entry.clean().isPresent()) {
      steps.clean().end(entry.clean().get(), job.file(), isClean);
    }
    if (isClean && job.trigger().isAccess() && entry.facts().isKnown()) {
      steps.kernelCache().scanned(job.file(), entry.facts()); // others are offered when opened
    }
    if (verdict instanceof Verdict.Infected found && entry.facts().isKnown()) {
      endInfected(job, entry, found);
    }
    return new Scanned(job, verdict, tookNanos);
  }

  private void endInfected(ScanJob job, Entry entry, Verdict.Infected found) {
    steps.clean().invalidate(entry.facts().version());
    boolean isSame = factsNow(job).version().equals(entry.facts().version());
    if (entry.isCertain() && isSame) {
      steps.infected().add(entry.facts().version(), found.signature(), entry.generation());
    }
  }

  private FileFacts factsNow(ScanJob job) {
    try {
      return FileFacts.of(statx.get().read(job.file()));
    } catch (ErrnoException e) {
      return FileFacts.UNKNOWN;
    }
  }

  /** Acts on the result of a job that has left the scheduler, and closes the job. */
  void leave(Scanned scanned) {
    steps.afterAnswer().after(scanned);
    scanned.job().close();
  }
}
