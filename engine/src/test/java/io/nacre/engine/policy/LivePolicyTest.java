package io.nacre.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LivePolicyTest {
  private static final Policy FIRST =
      TestPolicy.of(FallbackPolicy.ALLOW_ALL, Duration.ofSeconds(5));

  private final LivePolicy policy = new LivePolicy(FIRST);

  @Test
  void returnsTheNewestThatWasPublished() {
    Policy next = generation(2);

    policy.publish(next);

    assertThat(policy.current()).isSameAs(next);
  }

  @Test
  void refusesAnOlderGeneration() {
    policy.publish(generation(3));

    assertThatThrownBy(() -> policy.publish(generation(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(policy.current().generation()).isEqualTo(3);
  }

  private static Policy generation(long number) {
    return new Policy(
        number,
        FIRST.exemptions(),
        FIRST.paths(),
        FIRST.maxFileSizeBytes(),
        FIRST.deadline(),
        FIRST.fallback());
  }
}
