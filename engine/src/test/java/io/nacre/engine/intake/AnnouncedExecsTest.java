package io.nacre.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnnouncedExecsTest {
  private final AnnouncedExecs execs = new AnnouncedExecs();

  @Test
  void areKnownOnce() {
    execs.add(42);

    assertThat(execs.remove(43)).isFalse();
    assertThat(execs.remove(42)).isTrue();
    assertThat(execs.remove(42)).isFalse();
  }

  @Test
  void keepTheLastOfTwoInTheSameSlot() {
    execs.add(42);
    execs.add(42 + 256);

    assertThat(execs.remove(42)).isFalse();
    assertThat(execs.remove(42 + 256)).isTrue();
  }

  @Test
  void areEmptyAtFirst() {
    assertThat(execs.remove(0)).isFalse();
    assertThat(execs.remove(1)).isFalse();
  }
}
