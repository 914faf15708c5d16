package io.nacre.engine.request;

/** Receives each job before its descriptor is closed. */
@FunctionalInterface
public interface CloseObserver {
  /** Ignores every job. */
  CloseObserver NONE = job -> {};

  /**
   * The descriptor of {@code job} is about to be closed, on the thread that closes it: a reader
   * thread or the stream's. Must not wait, and must not keep the descriptor.
   */
  void beforeClose(ScanJob job);
}
