package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ScanTrigger;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The lanes in which requests wait for a scanner; what stands first is taken first. */
enum Lane {
  EXEC,
  OPEN,
  BIG_EXEC,
  BIG_OPEN,
  /** Answered already, but not scanned. */
  LATE,
  BIG_LATE,
  /** Nobody waits for these. */
  BACKGROUND,
  BIG_BACKGROUND,
  /** Somebody may open these soon. */
  AHEAD,
  /** Nobody is known to want these. */
  SWEPT,
  BIG_SWEPT;

  /** Those in which somebody waits. */
  static final Set<Lane> AWAITED = Collections.unmodifiableSet(EnumSet.range(EXEC, BIG_OPEN));

  private static final Set<Lane> BIG =
      EnumSet.of(BIG_EXEC, BIG_OPEN, BIG_LATE, BIG_BACKGROUND, BIG_SWEPT);

  /**
   * What is bigger has lanes of its own, so that a document or a program never queues behind disk
   * images: a scan takes about as long as the file is big.
   */
  static final long BIG_BYTES = 1 << 20;

  /** Returns the lane for {@code request} as it is now. */
  static Lane of(PermissionRequest request) {
    boolean isBig = request.facts().filter(f -> f.version().size() > BIG_BYTES).isPresent();
    if (request.occasion() == ScanTrigger.AHEAD) {
      return AHEAD;
    }
    if (request.occasion() == ScanTrigger.SWEPT) {
      return isBig ? BIG_SWEPT : SWEPT;
    }
    if (request.occasion().isBackground()) {
      return isBig ? BIG_BACKGROUND : BACKGROUND;
    }
    if (request.answered().isPresent()) {
      return isBig ? BIG_LATE : LATE;
    }
    if (request.occasion() == ScanTrigger.EXECUTED) {
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
