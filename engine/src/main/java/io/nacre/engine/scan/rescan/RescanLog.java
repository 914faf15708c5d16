package io.nacre.engine.scan.rescan;

import io.nacre.engine.log.GrowthWarning;
import io.nacre.engine.log.RateLimit;
import java.time.Duration;
import org.slf4j.Logger;

/** Says when files begin to get past the scan, and when that is made good; not too often. */
final class RescanLog {
  private final Logger log;
  private RescanQueue.Counts before = new RescanQueue.Counts(0, 0, 0, 0, 0, 0);
  private final RateLimit begins = new RateLimit(1, Duration.ofMinutes(1));
  private final GrowthWarning dropped = new GrowthWarning();
  private boolean hasBegun;

  RescanLog(Logger log) {
    this.log = log;
  }

  /** Looks at the counts as they are now; to be called again and again. */
  void look(RescanQueue.Counts now, long nowNanos) {
    if (hasBegun && now.waiting() == 0) {
      hasBegun = false;
      log.info(
          "what had gone unscanned is made good: {} files scanned, {} of them infected; {} are gone"
              + " or others now",
          now.scanned() - before.scanned(),
          now.infected() - before.infected(),
          now.vanished() - before.vanished());
      before = now;
    } else if (!hasBegun && now.waiting() > 0 && begins.tryAcquire(nowNanos)) {
      hasBegun = true;
      log.warn(
          "files go unscanned, {} so far; they are scanned when clamd has time for them: see nacre"
              + " status",
          now.waiting());
    }
    dropped
        .due(now.dropped(), nowNanos)
        .ifPresent(
            files ->
                log.warn(
                    "{} files that went unscanned are forgotten: nacre.rescan-queue = {} has no room for"
                        + " them, or their scans failed again and again",
                    files,
                    now.capacity()));
  }
}
