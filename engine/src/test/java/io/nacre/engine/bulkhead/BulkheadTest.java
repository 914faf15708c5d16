package io.nacre.engine.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BulkheadTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Bulkhead patience = new Bulkhead("test");
  private final CountDownLatch ends = new CountDownLatch(1);

  @Test
  void givesTheResult() {
    assertThat(patience.await(patience.begin("a", () -> 7).orElseThrow(), LONG)).hasValue(7);
  }

  @Test
  void doesNothingMoreForWhomItWaitedForInVainUntilThatIsBack() {
    Bulkhead.Begun<Integer> hanging = patience.begin("a", this::hang).orElseThrow();

    assertThat(patience.await(hanging, Duration.ofMillis(1))).isEmpty();

    assertThat(patience.begin("a", () -> 7)).isEmpty();
    assertThat(patience.await(patience.begin("b", () -> 7).orElseThrow(), LONG)).hasValue(7);
    ends.countDown();
    await().until(() -> patience.begin("a", () -> 7).isPresent());
  }

  @Test
  void takesOnlySoMuch() {
    List<Boolean> taken = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      taken.add(patience.begin("user " + i, this::hang).isPresent());
    }

    assertThat(taken.stream().filter(yes -> yes)).hasSize(4 + 64);
    ends.countDown();
  }

  @Test
  void survivesAFailure() {
    Bulkhead.Begun<Integer> failing = patience.begin("a", this::fail).orElseThrow();

    assertThat(patience.await(failing, LONG)).isEmpty();
    assertThat(patience.await(patience.begin("a", () -> 7).orElseThrow(), LONG)).hasValue(7);
  }

  private int fail() {
    throw new IllegalStateException("expected by this test");
  }

  private int hang() {
    try {
      ends.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
