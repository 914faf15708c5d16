package io.nacre.engine.detection;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands detections to whoever reports them, on a thread of its own: a terminal that was stopped or
 * a disk that is full holds up no scan and no deadline.
 *
 * <p>With too many waiting, further ones are only counted.
 */
public final class Reporter implements Consumer<Detection>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
  private static final int WAITING = 4096;
  private static final long CLOSE_MILLIS = 300;

  private final Consumer<Detection> listener;
  private final LongAdder dropped = new LongAdder();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Reporter::daemon,
          (detection, executor) -> addDropped());

  /** Reports to {@code listener}, which may be slow and may fail. */
  public Reporter(Consumer<Detection> listener) {
    this.listener = listener;
  }

  @Override
  public void accept(Detection detection) {
    thread.execute(() -> report(detection));
  }

  /** Counts a detection that is not reported, because there are too many. */
  public void addDropped() {
    dropped.increment();
  }

  /** Returns how many detections were not reported, because there were too many. */
  public long dropped() {
    return dropped.sum();
  }

  /** Reports what waits, for a moment, and ends. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(Detection detection) {
    try {
      listener.accept(detection);
    } catch (RuntimeException e) {
      LOG.warn("a detection could not be reported", e);
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "reporter");
    thread.setDaemon(true);
    return thread;
  }
}
