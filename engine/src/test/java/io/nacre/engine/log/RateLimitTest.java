package io.nacre.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final RateLimit limit = new RateLimit(3, Duration.ofSeconds(1));
  private long nanos = Long.MAX_VALUE - SECOND; // wraps around

  @Test
  void allowsABurstAndThenOneAPeriod() {
    assertThat(allowedOf(10)).isEqualTo(3);

    nanos += SECOND;
    assertThat(allowedOf(10)).isEqualTo(1);
    nanos += SECOND - 1;
    assertThat(allowedOf(10)).isZero();
    nanos += 1;
    assertThat(allowedOf(10)).isEqualTo(1);
    nanos += 2 * SECOND;
    assertThat(allowedOf(10)).isEqualTo(2);
  }

  @Test
  void allowsNoMoreThanTheBurstAfterAQuietTime() {
    allowedOf(10);
    nanos += 1_000 * SECOND;

    assertThat(allowedOf(10)).isEqualTo(3);
  }

  private int allowedOf(int tries) {
    int allowed = 0;
    for (int i = 0; i < tries; i++) {
      allowed += limit.tryAcquire(nanos) ? 1 : 0;
    }
    return allowed;
  }
}
