package io.nacre.engine.scan;

import io.nacre.engine.request.DeniedRequestSink;
import io.nacre.engine.request.PermissionRequest;
import java.util.function.LongSupplier;

/**
 * Sends requests that were denied by a cached verdict to be reported, so many a second: a process
 * that opens an infected file again and again must not fill the log. The others are counted and
 * closed. For any thread.
 */
public final class CachedDenials implements DeniedRequestSink {
  /** Reports at once, after a time without any. */
  private static final long BURST = 100;

  /** From one report to the next in the long run. */
  private static final long PERIOD_NANOS = 50_000_000; // 20 a second

  private final AnsweredSink reports;
  private final Runnable countUnreported;
  private final LongSupplier nanoClock;
  private long paidUntilNanos;

  /**
   * Reports by way of {@code reports}.
   *
   * @param countUnreported counts a denial that is not reported
   */
  public CachedDenials(AnsweredSink reports, Runnable countUnreported, LongSupplier nanoClock) {
    this.reports = reports;
    this.countUnreported = countUnreported;
    this.nanoClock = nanoClock;
    this.paidUntilNanos = nanoClock.getAsLong() - BURST * PERIOD_NANOS;
  }

  @Override
  public void accept(PermissionRequest denied) {
    if (!mayReport() || !reports.offerAnswered(denied)) {
      countUnreported.run();
      denied.close();
    }
  }

  private synchronized boolean mayReport() {
    long now = nanoClock.getAsLong();
    if (now - paidUntilNanos < PERIOD_NANOS) {
      return false;
    }
    long oldest = now - BURST * PERIOD_NANOS;
    long from = oldest - paidUntilNanos > 0 ? oldest : paidUntilNanos;
    paidUntilNanos = from + PERIOD_NANOS;
    return true;
  }
}
