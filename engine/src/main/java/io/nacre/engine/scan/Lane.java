package io.nacre.engine.scan;

import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.ScanTrigger;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The lanes in which jobs wait for a scanner; the first lane is served first. */
enum Lane {
  EXEC,
  OPEN,
  BIG_EXEC,
  BIG_OPEN,
  /** Answered already, but not scanned. */
  DEFERRED,
  BIG_DEFERRED,
  /** Background scans of files that were written, allowed unscanned, moved in or queued before. */
  BACKGROUND,
  BIG_BACKGROUND,
  /** A process may open these soon. */
  PREFETCH,
  /** No process is known to need these. */
  ON_DEMAND,
  BIG_ON_DEMAND;

  /** The lanes whose openers are blocked. */
  static final Set<Lane> BLOCKED = Collections.unmodifiableSet(EnumSet.range(EXEC, BIG_OPEN));

  private static final Set<Lane> BIG =
      EnumSet.of(BIG_EXEC, BIG_OPEN, BIG_DEFERRED, BIG_BACKGROUND, BIG_ON_DEMAND);

  /**
   * Bigger files have lanes of their own, so that a document or a program never queues behind disk
   * images: a scan takes about as long as the file is big.
   */
  static final long BIG_BYTES = 1 << 20;

  /** Returns the lane for {@code job} as it is now. */
  static Lane of(ScanJob job) {
    boolean isBig = job.facts().version().size() > BIG_BYTES;
    ScanTrigger trigger = job.trigger();
    if (trigger == ScanTrigger.PREFETCH) {
      return PREFETCH;
    }
    if (trigger == ScanTrigger.ON_DEMAND) {
      return isBig ? BIG_ON_DEMAND : ON_DEMAND;
    }
    if (trigger.isBackground()) {
      return isBig ? BIG_BACKGROUND : BACKGROUND;
    }
    if (job.isCompleted()) {
      return isBig ? BIG_DEFERRED : DEFERRED;
    }
    if (trigger == ScanTrigger.EXECUTED) {
      return isBig ? BIG_EXEC : EXEC;
    }
    return isBig ? BIG_OPEN : OPEN;
  }

  boolean isBig() {
    return BIG.contains(this);
  }

  boolean isBackground() {
    return compareTo(BACKGROUND) >= 0;
  }
}
