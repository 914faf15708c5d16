package io.nacre.engine;

import io.nacre.engine.request.PermissionRequest;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Sends requests that were denied without a scan to be reported, so many a second: a process that
 * opens a denied file again and again must not fill the log. The others are counted and closed.
 */
final class CachedDenials implements Consumer<PermissionRequest> {
  /** Reports at once, after a time without any. */
  private static final long BURST = 100;

  /** From one report to the next in the long run. */
  private static final long PERIOD_NANOS = 50_000_000; // 20 a second

  private final Predicate<PermissionRequest> report;
  private final Runnable unreported;
  private final LongSupplier nanoClock;
  private long paidUntilNanos;

  /**
   * Reports by {@code report}, which takes a request or returns false if it has no room.
   *
   * @param unreported is told of each that is not reported
   */
  CachedDenials(Predicate<PermissionRequest> report, Runnable unreported, LongSupplier nanoClock) {
    this.report = report;
    this.unreported = unreported;
    this.nanoClock = nanoClock;
    this.paidUntilNanos = nanoClock.getAsLong() - BURST * PERIOD_NANOS;
  }

  /** Takes an answered request, to be closed when it is reported or not. */
  @Override
  public void accept(PermissionRequest denied) {
    if (!mayReport() || !report.test(denied)) {
      unreported.run();
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
