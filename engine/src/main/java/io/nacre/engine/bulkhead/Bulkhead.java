package io.nacre.engine.bulkhead;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Does what may wait for ever, because a user wants it to, on a few threads, and waits for it only
 * so long. Nothing else is done for that user, or on that file system, until it comes back.
 */
public final class Bulkhead {
  private static final int THREADS = 4;
  private static final int WAITING = 64;
  private static final int IDLE_SECONDS = 30;

  private final Set<String> hung = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor threads;

  /** Something that was begun for {@code whom}. */
  public record Begun<T>(String whom, CompletableFuture<Optional<T>> result) {}

  public Bulkhead(String name) {
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true); // ends with us, whatever it waits for
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Begins {@code task} for {@code whom}; returns nothing if it never will. Does not wait. */
  public <T> Optional<Begun<T>> begin(String whom, Supplier<T> task) {
    if (hung.contains(whom)) {
      return Optional.empty();
    }
    Begun<T> begun = new Begun<>(whom, new CompletableFuture<>());
    try {
      threads.execute(() -> run(begun, task));
      return Optional.of(begun);
    } catch (RejectedExecutionException e) {
      return Optional.empty();
    }
  }

  private <T> void run(Begun<T> begun, Supplier<T> task) {
    Optional<T> result = Optional.empty();
    try {
      result = Optional.of(task.get());
    } finally {
      begun.result().complete(result);
      hung.remove(begun.whom());
    }
  }

  /** Returns what became of it, or nothing if it takes longer than {@code most}. */
  public <T> Optional<T> await(Begun<T> begun, Duration most) {
    try {
      return begun.result().get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      hung.add(begun.whom());
      if (begun.result().isDone()) { // meanwhile, perhaps before it was added
        hung.remove(begun.whom());
      }
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
