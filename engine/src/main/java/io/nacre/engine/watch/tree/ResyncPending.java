package io.nacre.engine.watch.tree;

import java.util.concurrent.TimeUnit;

/** Whether a tree may be wrong, and since when. */
final class ResyncPending {
  /** How long it waits for a quiet moment. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private boolean doubtful;
  private long sinceNanos;

  void begin(long nowNanos) {
    if (!doubtful) {
      doubtful = true;
      sinceNanos = nowNanos;
    }
  }

  void end() {
    doubtful = false;
  }

  boolean isThere() {
    return doubtful;
  }

  /** Returns true if it is time to look at everything again. */
  boolean isDue(boolean isQuiet, long nowNanos) {
    return doubtful && (isQuiet || nowNanos - sinceNanos > PATIENCE_NANOS);
  }
}
