package io.nacre.engine.request;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The requests that are not answered yet, by when they were read; for any thread.
 *
 * <p>Four additions for a request, without a lock; a walk over the counts for a reading. Ages are
 * exact to 34 ms, up to 16 minutes: no deadline is longer than 10.
 */
public final class Unanswered {
  /** A slot is 2^25 ns, 33.6 ms. */
  private static final int SLOT_BITS = 25;

  private static final int SLOTS = 1 << 15;

  /** The slots ahead of now, for requests that are read during a reading. Two minutes. */
  private static final int AHEAD = 1 << 12;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(SLOTS);
  private final AtomicInteger all = new AtomicInteger();

  /** A request that was read at {@code readAtNanos} waits. */
  void add(long readAtNanos) {
    all.incrementAndGet();
    counts.incrementAndGet(slot(readAtNanos));
  }

  /** A request that was read at {@code readAtNanos} is answered. */
  void remove(long readAtNanos) {
    counts.decrementAndGet(slot(readAtNanos));
    all.decrementAndGet();
  }

  /** Returns how many requests wait. */
  public int count() {
    return all.get();
  }

  /** Returns how long the oldest request has waited until {@code nowNanos}; zero if none waits. */
  public Duration oldest(long nowNanos) {
    int now = slot(nowNanos);
    for (int age = SLOTS - 1 - AHEAD; age > 0; age--) {
      if (counts.get((now - age) & (SLOTS - 1)) > 0) {
        return Duration.ofNanos((long) age << SLOT_BITS);
      }
    }
    return Duration.ZERO;
  }

  private static int slot(long nanos) {
    return (int) (nanos >>> SLOT_BITS) & (SLOTS - 1);
  }
}
