package io.nacre.engine.log;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * When to warn of a count that only grows: as soon as it grew, and then at most once a minute.
 * Belongs to one thread.
 */
public final class GrowthWarning {
  private final RateLimit limit = new RateLimit(1, Duration.ofMinutes(1));
  private long warnedOf;

  /** Returns by how much {@code count} grew since the last warning, if one is due now. */
  public OptionalLong due(long count, long nowNanos) {
    if (count <= warnedOf || !limit.tryAcquire(nowNanos)) {
      return OptionalLong.empty();
    }
    long growth = count - warnedOf;
    warnedOf = count;
    return OptionalLong.of(growth);
  }
}
