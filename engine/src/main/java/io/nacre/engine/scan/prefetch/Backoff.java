package io.nacre.engine.scan.prefetch;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The processes that are left without prefetch for five seconds; for any thread. */
final class Backoff {
  private static final long NANOS = Duration.ofSeconds(5).toNanos();
  private static final int MOST = 256;

  private final Map<Integer, Long> untilNanos = new ConcurrentHashMap<>();

  void add(int pid, long nowNanos) {
    if (untilNanos.size() >= MOST) {
      untilNanos.clear();
    }
    untilNanos.put(pid, nowNanos + NANOS);
  }

  boolean contains(int pid, long nowNanos) {
    Long until = untilNanos.get(pid);
    return until != null && until - nowNanos > 0;
  }

  /** Removes the processes whose time is over. */
  void removeExpired(long nowNanos) {
    untilNanos.values().removeIf(until -> until - nowNanos <= 0);
  }
}
