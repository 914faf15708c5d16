package io.nacre.engine.clamd;

import io.nacre.engine.request.PermissionRequest;
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
 * <p>The first verdict is the one that counts, and answers the request on the thread that learnt
 * it, before anybody is told. What an endpoint says of it later changes nothing.
 *
 * <p>The descriptor is the request's, and may be closed when {@link #over} completes; so whoever
 * uses it says so by {@link #borrow} and {@link #giveBack}.
 */
final class ClamdScan {
  private final PermissionRequest request;
  private final LongSupplier nanoClock;
  private final CompletableFuture<Verdict> over = new CompletableFuture<>();
  private final List<ClamdEndpoint> failedAt = new ArrayList<>(1);
  private Optional<Verdict> verdict = Optional.empty();
  private boolean answered;
  private int borrowers;
  private int failures;
  private int disturbances;
  private boolean alone;

  ClamdScan(PermissionRequest request, LongSupplier nanoClock) {
    this.request = request;
    this.nanoClock = nanoClock;
  }

  /** Returns what completes, never badly, with the verdict when nobody uses the descriptor. */
  CompletionStage<Verdict> over() {
    return over;
  }

  /** Returns the descriptor, if the scan is still to be made; it stays open until it is back. */
  synchronized Optional<Integer> borrow() {
    if (verdict.isPresent()) {
      return Optional.empty();
    }
    borrowers++;
    return Optional.of(request.file());
  }

  /** Gives the descriptor back. */
  void giveBack() {
    Optional<Verdict> found;
    synchronized (this) {
      borrowers--;
      found = borrowers == 0 && answered ? verdict : Optional.empty();
    }
    found.ifPresent(over::complete);
  }

  /** Ends the scan with {@code found}, unless it is over already. */
  void complete(Verdict found) {
    synchronized (this) {
      if (verdict.isPresent()) {
        return;
      }
      verdict = Optional.of(found);
    }
    request.answer(found, nanoClock.getAsLong());
    boolean isFree;
    synchronized (this) {
      answered = true;
      isFree = borrowers == 0;
    }
    if (isFree) {
      over.complete(found);
    }
  }

  /** Returns true once there is a verdict. */
  synchronized boolean isOver() {
    return verdict.isPresent();
  }

  /** Returns true if it is to have a session for itself, since one broke under it and others. */
  synchronized boolean isAlone() {
    return alone;
  }

  /** Returns true if it failed at {@code endpoint} before. */
  synchronized boolean hasFailedAt(ClamdEndpoint endpoint) {
    return !failedAt.isEmpty() && failedAt.contains(endpoint);
  }

  /** Notes that its session at {@code endpoint} broke; returns how often that has happened. */
  synchronized int failed(ClamdEndpoint endpoint) {
    alone = true;
    if (!failedAt.contains(endpoint)) {
      failedAt.add(endpoint);
    }
    return ++failures;
  }

  /**
   * Notes that its session was ended because of another scan. Again and again, and it gets one for
   * itself, where nobody can disturb it.
   */
  synchronized void disturbed() {
    disturbances++;
    alone |= disturbances > 1;
  }
}
