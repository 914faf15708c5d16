package io.nacre.engine.scan;

import io.nacre.engine.log.RateLimit;
import io.nacre.engine.request.DeniedRequestSink;
import io.nacre.engine.request.PermissionRequest;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Sends requests that were denied by a cached verdict to be reported, so many a second: a process
 * that opens an infected file again and again must not fill the log. The others are counted and
 * closed. For any thread.
 */
public final class CachedDenials implements DeniedRequestSink {
  /** Reports at once, after a time without any. */
  private static final int BURST = 100;

  /** From one report to the next in the long run: 20 a second. */
  private static final Duration PERIOD = Duration.ofMillis(50);

  private final AnsweredSink reports;
  private final Runnable countUnreported;
  private final LongSupplier nanoClock;
  private final RateLimit limit = new RateLimit(BURST, PERIOD);

  /**
   * Reports by way of {@code reports}.
   *
   * @param countUnreported counts a denial that is not reported
   */
  public CachedDenials(AnsweredSink reports, Runnable countUnreported, LongSupplier nanoClock) {
    this.reports = reports;
    this.countUnreported = countUnreported;
    this.nanoClock = nanoClock;
  }

  @Override
  public void accept(PermissionRequest denied) {
    if (!limit.tryAcquire(nanoClock.getAsLong()) || !reports.offerAnswered(denied)) {
      countUnreported.run();
      denied.close();
    }
  }
}
