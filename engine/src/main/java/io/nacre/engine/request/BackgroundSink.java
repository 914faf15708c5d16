package io.nacre.engine.request;

/** Takes background scans into the scan stream; for any thread. */
@FunctionalInterface
public interface BackgroundSink {

  /**
   * Takes ownership of {@code scan} and of its descriptor: it will be completed and closed. Never
   * waits.
   *
   * @return false if there is no room; then the caller still owns both. It either completes and
   *     closes {@code scan}, or drops it and closes the descriptor itself
   */
  boolean offer(BackgroundScan scan);
}
