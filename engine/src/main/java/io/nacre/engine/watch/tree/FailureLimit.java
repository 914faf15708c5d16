package io.nacre.engine.watch.tree;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How many failures of a tree are followed by a new walk: three in a minute. */
final class FailureLimit {
  static final int AT_MOST = 3;
  static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoClock;
  private final Deque<Long> failuresNanos = new ArrayDeque<>();

  FailureLimit(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Notes a failure; returns false if there were too many of late. */
  boolean isAllowed() {
    long now = nanoClock.getAsLong();
    while (!failuresNanos.isEmpty() && now - failuresNanos.peek() >= PERIOD_NANOS) {
      failuresNanos.remove();
    }
    failuresNanos.add(now);
    return failuresNanos.size() <= AT_MOST;
  }
}
