package io.nacre.engine.log;

import java.time.Duration;

/**
 * A limit for log lines and reports that an unprivileged user can cause: a burst at once, and one a
 * period in the long run. For any thread.
 */
public final class RateLimit {
  private final long periodNanos;
  private final long burstNanos;
  private boolean isUsed;
  private long paidUntilNanos;

  /** Allows {@code burst} at once after a quiet time, and one a {@code period} in the long run. */
  public RateLimit(int burst, Duration period) {
    this.periodNanos = period.toNanos();
    this.burstNanos = burst * periodNanos;
  }

  /** Takes one, if the limit allows one now. */
  public synchronized boolean tryAcquire(long nowNanos) {
    if (!isUsed || nowNanos - paidUntilNanos > burstNanos) {
      isUsed = true;
      paidUntilNanos = nowNanos - burstNanos;
    }
    if (nowNanos - paidUntilNanos < periodNanos) {
      return false;
    }
    paidUntilNanos += periodNanos;
    return true;
  }
}
