package io.nacre.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReaderWatchTest {
  private final ReaderWatch watch = new ReaderWatch();

  @Test
  void seesNobodyStuckBeforeTheFirstStep() {
    assertThat(watch.isStuck(Long.MAX_VALUE, 0)).isFalse();
  }

  @Test
  void seesAStepThatTakesTooLong() {
    watch.begin(1_000);

    assertThat(watch.isStuck(1_100, 100)).isFalse();
    assertThat(watch.isStuck(1_101, 100)).isTrue();
  }

  @Test
  void seesNobodyStuckAfterAStep() {
    watch.begin(1_000);
    watch.end();

    assertThat(watch.isStuck(9_000, 100)).isFalse();
  }

  @Test
  void measuresEachStepByItself() {
    watch.begin(1_000);
    watch.end();
    watch.begin(9_000);

    assertThat(watch.isStuck(9_050, 100)).isFalse();
  }

  @Test
  void measuresWhenTheClockWrapsAround() {
    watch.begin(Long.MAX_VALUE - 10);

    assertThat(watch.isStuck(Long.MIN_VALUE + 10, 100)).isFalse();
    assertThat(watch.isStuck(Long.MIN_VALUE + 100, 100)).isTrue();
  }
}
