package io.nacre.engine.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BulkheadTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final List<Integer> late = new CopyOnWriteArrayList<>();

  private final Bulkhead bulkhead = Bulkhead.bounded("test", 4, 64);
  private final CountDownLatch ends = new CountDownLatch(1);

  @AfterEach
  void close() {
    ends.countDown();
    bulkhead.close();
  }

  @Test
  void givesTheResult() throws Exception {
    assertThat(begin("a", () -> 7).await(LONG)).hasValue(7);
    assertThat(get(begin("a", () -> 8).within(LONG, late::add))).isEqualTo(8);
    assertThat(late).isEmpty();
  }

  @Test
  void refusesTheKeyOfAnOverdueCallUntilItReturns() {
    BulkheadCall<Integer> hanging = begin("a", this::hang);

    assertThat(hanging.await(SHORT)).isEmpty();

    assertThat(bulkhead.begin("a", () -> 7)).isEmpty();
    assertThat(begin("b", () -> 7).await(LONG)).hasValue(7);
    ends.countDown();
    await().until(() -> bulkhead.begin("a", () -> 7).isPresent());
  }

  @Test
  void refusesTheKeyAlsoIfTheCallerDoesNotWait() {
    CompletionStage<Integer> hanging = begin("a", this::hang).within(SHORT, late::add);

    assertThatThrownBy(() -> get(hanging)).hasCauseInstanceOf(TimeoutException.class);

    assertThat(bulkhead.begin("a", () -> 7)).isEmpty();
    ends.countDown();
    await().until(() -> late.equals(List.of(0)));
    await().until(() -> bulkhead.begin("a", () -> 7).isPresent());
  }

  @Test
  void refusesTheKeyWhileOneOfItsCallsIsOverdue() {
    BulkheadCall<Integer> hanging = begin("a", this::hang);
    BulkheadCall<Integer> beside = begin("a", () -> 7);

    assertThat(hanging.await(SHORT)).isEmpty();

    assertThat(beside.await(LONG)).hasValue(7);
    assertThat(bulkhead.begin("a", () -> 7)).isEmpty();
  }

  @Test
  void allowsManyCallsOfOneKeyThatAreNotOverdue() {
    List<BulkheadCall<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      calls.add(begin("a", this::hang));
    }
    ends.countDown();

    assertThat(calls).allSatisfy(call -> assertThat(call.await(LONG)).hasValue(0));
  }

  @Test
  void takesABoundedNumberOfCalls() {
    List<Boolean> taken = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      taken.add(bulkhead.begin("user " + i, this::hang).isPresent());
    }

    assertThat(taken.stream().filter(yes -> yes)).hasSize(4 + 64);
  }

  @Test
  void takesTheNextCallAsSoonAsTheResultIsThere() throws Exception {
    try (Bulkhead one = Bulkhead.bounded("one", 1, 0)) {
      for (int i = 0; i < 1_000; i++) {
        int number = i;
        assertThat(one.begin("a", () -> number).orElseThrow().await(LONG)).hasValue(number);
      }
    }
  }

  @Test
  void queuesAllCallsThatSomethingElseBounds() {
    try (Bulkhead closing = Bulkhead.unbounded("test", 1)) {
      for (int i = 0; i < 10_000; i++) {
        assertThat(closing.begin("a", this::hang)).isPresent();
      }
    }
  }

  @Test
  void survivesAFailure() {
    assertThat(begin("a", this::fail).await(LONG)).isEmpty();
    assertThatThrownBy(() -> get(begin("a", this::fail).within(LONG, late::add)))
        .hasRootCauseMessage("expected by this test");
    assertThat(begin("a", () -> 7).await(LONG)).hasValue(7);
  }

  @Test
  void refusesEveryCallOnceItIsClosed() {
    bulkhead.close();

    assertThat(bulkhead.begin("a", () -> 7)).isEmpty();
  }

  private <T> BulkheadCall<T> begin(String key, Callable<T> call) {
    return bulkhead.begin(key, call).orElseThrow();
  }

  private static int get(CompletionStage<Integer> result) throws Exception {
    return result.toCompletableFuture().get(20, TimeUnit.SECONDS);
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
