package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DetachedDirectoriesTest {
  private static final long NOW = Long.MAX_VALUE - 5; // the clock may start anywhere
  private static final long GRACE = DetachedDirectories.GRACE_NANOS;

  private final DetachedDirectories detached = new DetachedDirectories();

  @Test
  void isEmptyAtFirst() {
    assertThat(detached.isEmpty()).isTrue();
    assertThat(detached.takeExpired(NOW)).isEmpty();
  }

  @Test
  void keepsADirectoryForItsGrace() {
    detached.add(1, NOW);

    assertThat(detached.takeExpired(NOW + GRACE - 1)).isEmpty();
    assertThat(detached.isEmpty()).isFalse();
    assertThat(detached.takeExpired(NOW + GRACE)).containsExactly(1);
    assertThat(detached.isEmpty()).isTrue();
  }

  @Test
  void givesOutThoseAloneWhoseTimeIsOverTheLongestDetachedFirst() {
    detached.add(3, NOW);
    detached.add(1, NOW + 1);
    detached.add(2, NOW + 2);

    assertThat(detached.takeExpired(NOW + GRACE + 1)).containsExactly(3, 1);
    assertThat(detached.takeExpired(NOW + GRACE + 2)).containsExactly(2);
  }

  @Test
  void doesNotBeginAnewWithADirectoryThatIsDetachedAlready() {
    detached.add(1, NOW);

    detached.add(1, NOW + GRACE);

    assertThat(detached.takeExpired(NOW + GRACE)).containsExactly(1);
  }

  @Test
  void beginsAnewWithADirectoryThatWasFoundMeanwhile() {
    detached.add(1, NOW);
    detached.remove(1);

    detached.add(1, NOW + GRACE);

    assertThat(detached.takeExpired(NOW + GRACE)).isEmpty();
    assertThat(detached.takeExpired(NOW + 2 * GRACE)).containsExactly(1);
  }

  @Test
  void doesNotGiveOutWhatWasFound() {
    detached.add(1, NOW);
    detached.add(2, NOW);

    detached.remove(1);

    assertThat(detached.takeExpired(NOW + GRACE)).containsExactly(2);
  }

  @Test
  void forgetsAll() {
    detached.add(1, NOW);

    detached.clear();

    assertThat(detached.isEmpty()).isTrue();
    assertThat(detached.takeExpired(NOW + GRACE)).isEmpty();
  }
}
