package io.nacre.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GrowthWarningTest {
  private final GrowthWarning warning = new GrowthWarning();
  private long nanos;

  @Test
  void isDueAtOnceAndThenOnceAMinute() {
    assertThat(warning.due(0, nanos)).isEmpty();
    assertThat(warning.due(3, nanos)).hasValue(3);
    assertThat(warning.due(5, nanos)).isEmpty();

    nanos += Duration.ofMinutes(1).toNanos();

    assertThat(warning.due(10, nanos)).hasValue(7);
    assertThat(warning.due(11, nanos)).isEmpty();
  }

  @Test
  void isNotDueWhileTheCountDoesNotGrow() {
    assertThat(warning.due(3, nanos)).hasValue(3);

    nanos += Duration.ofMinutes(10).toNanos();

    assertThat(warning.due(3, nanos)).isEmpty();
    assertThat(warning.due(4, nanos)).hasValue(1);
  }
}
