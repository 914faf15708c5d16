package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResyncPendingTest {
  private static final long NOW = Long.MAX_VALUE - 5; // the clock may start anywhere
  private static final long PATIENCE = Duration.ofMillis(200).toNanos();

  private final ResyncPending doubt = new ResyncPending();

  @Test
  void isNotThereAtFirst() {
    assertThat(doubt.isThere()).isFalse();
    assertThat(doubt.isDue(/* isQuiet= */ true, NOW)).isFalse();
  }

  @Test
  void isDueInTheFirstQuietMoment() {
    doubt.begin(NOW);

    assertThat(doubt.isThere()).isTrue();
    assertThat(doubt.isDue(/* isQuiet= */ false, NOW)).isFalse();
    assertThat(doubt.isDue(/* isQuiet= */ true, NOW)).isTrue();
  }

  @Test
  void doesNotWaitForAQuietMomentForEver() {
    doubt.begin(NOW);

    assertThat(doubt.isDue(/* isQuiet= */ false, NOW + PATIENCE)).isFalse();
    assertThat(doubt.isDue(/* isQuiet= */ false, NOW + PATIENCE + 1)).isTrue();
  }

  @Test
  void isAsOldAsItsFirstReason() {
    doubt.begin(NOW);

    doubt.begin(NOW + PATIENCE);

    assertThat(doubt.isDue(/* isQuiet= */ false, NOW + PATIENCE + 1)).isTrue();
  }

  @Test
  void isOverWhenItEnds() {
    doubt.begin(NOW);
    doubt.end();
    assertThat(doubt.isThere()).isFalse();

    doubt.begin(NOW + PATIENCE);

    assertThat(doubt.isDue(/* isQuiet= */ false, NOW + PATIENCE + 1)).isFalse();
  }
}
