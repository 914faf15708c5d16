package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailureLimitTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final FailureLimit limit = new FailureLimit(nanos::get);

  @Test
  void allowsThreeInAMinute() {
    for (int i = 0; i < FailureLimit.AT_MOST; i++) {
      assertThat(limit.isAllowed()).isTrue();
      nanos.addAndGet(FailureLimit.PERIOD_NANOS / 4);
    }

    assertThat(limit.isAllowed()).isFalse();
  }

  @Test
  void allowsAnyNumberThatComesSlowly() {
    for (int i = 0; i < 10; i++) {
      assertThat(limit.isAllowed()).isTrue();
      nanos.addAndGet(FailureLimit.PERIOD_NANOS / 2);
    }
  }
}
