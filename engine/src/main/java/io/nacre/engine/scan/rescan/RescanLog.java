package io.nacre.engine.scan.rescan;

import java.time.Duration;
import org.slf4j.Logger;

/** Says when files begin to get past the scan, and when that is made good; not too often. */
final class RescanLog {
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final Logger log;
  private RescanQueue.Counts before = new RescanQueue.Counts(0, 0, 0, 0, 0, 0);
  private boolean hasBegun;
  private boolean mayBegin = true;
  private boolean mayTellDropped = true;
  private long begunAtNanos;
  private long droppedAtNanos;
  private long droppedBefore;

  RescanLog(Logger log) {
    this.log = log;
  }

  /** Looks at the counts as they are now; to be called again and again. */
  void look(RescanQueue.Counts now, long nowNanos) {
    mayBegin = mayBegin || nowNanos - begunAtNanos > QUIET_NANOS;
    mayTellDropped = mayTellDropped || nowNanos - droppedAtNanos > QUIET_NANOS;
    if (hasBegun && now.waiting() == 0) {
      hasBegun = false;
      log.info(
          "what had gone unscanned is made good: {} files scanned, {} of them infected; {} are gone"
              + " or others now",
          now.scanned() - before.scanned(),
          now.infected() - before.infected(),
          now.vanished() - before.vanished());
      before = now;
    } else if (!hasBegun && now.waiting() > 0 && mayBegin) {
      hasBegun = true;
      mayBegin = false;
      begunAtNanos = nowNanos;
      log.warn(
          "files go unscanned, {} so far; they are scanned when clamd has time for them: see nacre"
              + " status",
          now.waiting());
    }
    if (now.dropped() > droppedBefore && mayTellDropped) {
      mayTellDropped = false;
      droppedAtNanos = nowNanos;
      log.warn(
          "{} files that went unscanned are forgotten: nacre.rescan-queue = {} has no room for them, or"
              + " their scans failed again and again",
          now.dropped() - droppedBefore,
          now.capacity());
      droppedBefore = now.dropped();
    }
  }
}
