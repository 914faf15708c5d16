package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;

/** Learns which files openers wait for, so that the next ones can be scanned before. */
@FunctionalInterface
public interface PrefetchHint {
  /** Prefetches nothing. */
  PrefetchHint NONE = request -> {};

  /**
   * The scan of {@code request} begins; the request stays the caller's. Called by the stream's
   * thread: must not wait.
   */
  void scanning(PermissionRequest request);
}
