package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ResyncPendingTest {
  private static final long NOW = Long.MAX_VALUE - 5; // the clock may start anywhere
  private static final long TIME_LIMIT = Duration.ofMillis(200).toNanos();

  private final ResyncPending resync = new ResyncPending();

  @Test
  void isNotThereAtFirst() {
    assertThat(resync.isPending()).isFalse();
    assertThat(resync.isDue(/* isQuiet= */ true, NOW)).isFalse();
  }

  @Test
  void isDueInTheFirstQuietMoment() {
    resync.begin(NOW);

    assertThat(resync.isPending()).isTrue();
    assertThat(resync.isDue(/* isQuiet= */ false, NOW)).isFalse();
    assertThat(resync.isDue(/* isQuiet= */ true, NOW)).isTrue();
  }

  @Test
  void doesNotWaitForAQuietMomentForEver() {
    resync.begin(NOW);

    assertThat(resync.isDue(/* isQuiet= */ false, NOW + TIME_LIMIT)).isFalse();
    assertThat(resync.isDue(/* isQuiet= */ false, NOW + TIME_LIMIT + 1)).isTrue();
  }

  @Test
  void isAsOldAsItsFirstReason() {
    resync.begin(NOW);

    resync.begin(NOW + TIME_LIMIT);

    assertThat(resync.isDue(/* isQuiet= */ false, NOW + TIME_LIMIT + 1)).isTrue();
  }

  @Test
  void isOverWhenItEnds() {
    resync.begin(NOW);
    resync.end();
    assertThat(resync.isPending()).isFalse();

    resync.begin(NOW + TIME_LIMIT);

    assertThat(resync.isDue(/* isQuiet= */ false, NOW + TIME_LIMIT + 1)).isFalse();
  }
}
