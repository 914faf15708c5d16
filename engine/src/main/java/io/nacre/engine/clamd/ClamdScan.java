package io.nacre.engine.clamd;

import io.nacre.engine.request.ScanJob;
import io.nacre.engine.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The scan of one file on its way through the pool, over as many sessions as it takes; for any
 * thread.
 *
 * <p>The first verdict counts. It completes the job on the thread that received it, before {@link
 * #completion} completes. Later verdicts of other clamds change nothing.
 *
 * <p>The descriptor belongs to the job, which may close it when {@link #completion} completes. So
 * each use of the descriptor begins with {@link #borrow} and ends with {@link #giveBack}.
 */
final class ClamdScan {
  private final ScanJob job;
  private final LongSupplier nanoClock;
  private final CompletableFuture<Verdict> completion = new CompletableFuture<>();
  private final List<ClamdEndpoint> failedAt = new ArrayList<>(1);
  private Optional<Verdict> verdict = Optional.empty();
  private boolean answered;
  private int borrowers;
  private int failures;
  private int interruptions;
  private boolean needsOwnSession;

  ClamdScan(ScanJob job, LongSupplier nanoClock) {
    this.job = job;
    this.nanoClock = nanoClock;
  }

  /**
   * Returns the stage that completes with the verdict when no thread uses the descriptor any more.
   * The stage never fails.
   */
  CompletionStage<Verdict> completion() {
    return completion;
  }

  /**
   * Returns the descriptor, open until {@link #giveBack}; nothing if there is a verdict already.
   */
  synchronized Optional<Integer> borrow() {
    if (verdict.isPresent()) {
      return Optional.empty();
    }
    borrowers++;
    return Optional.of(job.file());
  }

  /** Ends one use of the descriptor. */
  void giveBack() {
    Optional<Verdict> found;
    synchronized (this) {
      borrowers--;
      found = borrowers == 0 && answered ? verdict : Optional.empty();
    }
    found.ifPresent(completion::complete);
  }

  /** Ends the scan with {@code found}, unless it has ended already. */
  void complete(Verdict found) {
    synchronized (this) {
      if (verdict.isPresent()) {
        return;
      }
      verdict = Optional.of(found);
    }
    job.complete(found, nanoClock.getAsLong());
    boolean isUnused;
    synchronized (this) {
      answered = true;
      isUnused = borrowers == 0;
    }
    if (isUnused) {
      completion.complete(found);
    }
  }

  /** Returns true once there is a verdict. */
  synchronized boolean isCompleted() {
    return verdict.isPresent();
  }

  /** Returns true if the next session must have no other scan: one broke during this scan. */
  synchronized boolean needsOwnSession() {
    return needsOwnSession;
  }

  /** Returns true if the scan failed at {@code endpoint} before. */
  synchronized boolean hasFailedAt(ClamdEndpoint endpoint) {
    return !failedAt.isEmpty() && failedAt.contains(endpoint);
  }

  /** Adds a failure at {@code endpoint}; returns the number of failures so far. */
  synchronized int addFailure(ClamdEndpoint endpoint) {
    needsOwnSession = true;
    if (!failedAt.contains(endpoint)) {
      failedAt.add(endpoint);
    }
    return ++failures;
  }

  /**
   * Adds an interruption: the session ended because of another scan. From the second one on the
   * scan gets a session that no other scan can end.
   */
  synchronized void addInterruption() {
    interruptions++;
    needsOwnSession |= interruptions > 1;
  }
}
