package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnansweredTest {
  private static final Duration EXACT_TO = Duration.ofMillis(34);

  private final Unanswered unanswered = new Unanswered();

  @Test
  void isZeroWhileNoneWaits() {
    assertThat(unanswered.oldest(123_456_789)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_000_000L, -5_000_000_000L, Long.MAX_VALUE - 1_000_000_000L})
  void tellsHowLongTheOldestWaits(long now) {
    unanswered.add(now);
    unanswered.add(now + Duration.ofSeconds(2).toNanos());
    unanswered.add(now + Duration.ofSeconds(4).toNanos());

    assertThat(unanswered.oldest(now + Duration.ofSeconds(5).toNanos()))
        .isCloseTo(Duration.ofSeconds(5), EXACT_TO);

    unanswered.remove(now);
    assertThat(unanswered.oldest(now + Duration.ofMinutes(11).toNanos()))
        .isCloseTo(Duration.ofMinutes(11).minusSeconds(2), EXACT_TO);

    unanswered.remove(now + Duration.ofSeconds(2).toNanos());
    unanswered.remove(now + Duration.ofSeconds(4).toNanos());
    assertThat(unanswered.oldest(now + Duration.ofSeconds(5).toNanos())).isZero();
  }

  @Test
  void takesNoRequestOfThisMomentForAnOldOne() {
    long asked = Duration.ofHours(7).toNanos();
    unanswered.add(asked + Duration.ofSeconds(2).toNanos());

    assertThat(unanswered.oldest(asked)).isZero();
  }
}
