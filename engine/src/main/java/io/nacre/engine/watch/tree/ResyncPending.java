package io.nacre.engine.watch.tree;

import java.util.concurrent.TimeUnit;

/**
 * The state of a pending resync: whether a tree may differ from the disk and must be walked again,
 * and since when.
 */
final class ResyncPending {
  /** The longest wait for a moment without events. */
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private boolean pending;
  private long sinceNanos;

  void begin(long nowNanos) {
    if (!pending) {
      pending = true;
      sinceNanos = nowNanos;
    }
  }

  void end() {
    pending = false;
  }

  boolean isPending() {
    return pending;
  }

  /** Returns true if the walk should begin now. */
  boolean isDue(boolean isQuiet, long nowNanos) {
    return pending && (isQuiet || nowNanos - sinceNanos > LONGEST_WAIT_NANOS);
  }
}
