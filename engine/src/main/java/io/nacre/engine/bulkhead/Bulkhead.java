package io.nacre.engine.bulkhead;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few threads of its own for calls that may never return, since they wait for a file system, a
 * lease, or a process of an unprivileged user.
 *
 * <p>Each call has a key: the user or the file system that it waits for. Once a call is overdue, no
 * other call begins with its key until it returns. So one that hangs takes one thread, and all
 * others go on. For any thread; the threads are daemons, which end with the process.
 */
public final class Bulkhead implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;

  /** One for each call that runs or waits for a thread. */
  private final Semaphore permits;

  private final Set<BulkheadCall<?>> overdue = ConcurrentHashMap.newKeySet();

  private Bulkhead(String threadName, int threadCount, int callsMax) {
    this.permits = new Semaphore(callsMax);
    this.threads =
        new ThreadPoolExecutor(
            threadCount,
            threadCount,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by the permits
            task -> {
              Thread thread = new Thread(task, threadName);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Creates a bulkhead that refuses calls when all its threads are taken and {@code waiting} calls
   * wait for one.
   */
  public static Bulkhead bounded(String threadName, int threadCount, int waiting) {
    return new Bulkhead(threadName, threadCount, threadCount + waiting);
  }

  /** Creates a bulkhead for calls that something else bounds, as a descriptor that each holds. */
  public static Bulkhead unbounded(String threadName, int threadCount) {
    return new Bulkhead(threadName, threadCount, Integer.MAX_VALUE);
  }

  /**
   * Begins {@code call} on a thread of the bulkhead; does not wait.
   *
   * @param key equal for calls that wait for the same user or file system
   * @return nothing if the call is refused: one with this key is overdue, too many wait, or the
   *     bulkhead is closed
   */
  public <T> Optional<BulkheadCall<T>> begin(Object key, Callable<T> call) {
    if (isOverdue(key) || !permits.tryAcquire()) {
      return Optional.empty();
    }
    BulkheadCall<T> begun = new BulkheadCall<>(key, overdue);
    try {
      threads.execute(() -> run(begun, call));
      return Optional.of(begun);
    } catch (RejectedExecutionException e) {
      permits.release();
      return Optional.empty(); // it is closed
    }
  }

  private boolean isOverdue(Object key) {
    return overdue.stream().anyMatch(call -> call.key().equals(key));
  }

  private <T> void run(BulkheadCall<T> begun, Callable<T> call) {
    try {
      T result = call.call();
      permits.release(); // before the caller can begin the next one
      begun.complete(result);
    } catch (Exception e) {
      permits.release();
      begun.fail(e);
    } catch (Error e) {
      begun.fail(e);
      throw e; // ends the process
    }
  }

  /** Interrupts the calls under way, and drops those that wait for a thread. Does not wait. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
