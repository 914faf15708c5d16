package io.nacre.engine.bulkhead;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A call that a {@link Bulkhead} has begun. The caller uses {@link #await} or {@link #within},
 * once; without them a call is never overdue. For any thread.
 *
 * @param <T> what it returns
 */
public final class BulkheadCall<T> {
  private final Object key;
  private final Set<BulkheadCall<?>> overdue;
  private final CompletableFuture<T> result = new CompletableFuture<>();

  BulkheadCall(Object key, Set<BulkheadCall<?>> overdue) {
    this.key = key;
    this.overdue = overdue;
  }

  Object key() {
    return key;
  }

  void complete(T value) {
    overdue.remove(this); // before the caller can begin the next one
    result.complete(value);
    overdue.remove(this); // it may have been added between
  }

  void fail(Throwable cause) {
    overdue.remove(this);
    result.completeExceptionally(cause);
    overdue.remove(this);
  }

  private void addOverdue() {
    overdue.add(this);
    if (result.isDone()) {
      overdue.remove(this);
    }
  }

  /**
   * Waits for the result; returns nothing if the call failed, or takes longer than {@code most}.
   */
  public Optional<T> await(Duration most) {
    try {
      return Optional.of(result.get(most.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      addOverdue();
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * Returns the result when it is there, without waiting; fails with {@link TimeoutException} if
   * the call takes longer than {@code most}.
   *
   * @param late gets a result that came after that
   */
  public CompletionStage<T> within(Duration most, Consumer<T> late) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    CompletableFuture<T> unused =
        result.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(failure);
              } else if (!answer.complete(value)) {
                late.accept(value);
              }
            });
    return answer
        .orTimeout(most.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete(
            (value, failure) -> {
              if (failure instanceof TimeoutException && !result.isDone()) {
                addOverdue();
              }
            });
  }
}
