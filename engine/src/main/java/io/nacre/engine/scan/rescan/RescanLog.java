package io.nacre.engine.scan.rescan;

import io.nacre.engine.log.GrowthWarning;
import io.nacre.engine.log.RateLimit;
import java.time.Duration;
import org.slf4j.Logger;

/**
 * Log lines when files begin to be allowed unscanned, and when they are rescanned; not too many.
 */
final class RescanLog {
  private final Logger log;
  private RescanQueue.Counts before = new RescanQueue.Counts(0, 0, 0, 0, 0, 0);
  private final RateLimit begins = new RateLimit(1, Duration.ofMinutes(1));
  private final GrowthWarning dropped = new GrowthWarning();
  private boolean hasBegun;

  RescanLog(Logger log) {
    this.log = log;
  }

  /** Logs what the counts have changed to; to be called regularly. */
  void update(RescanQueue.Counts now, long nowNanos) {
    if (hasBegun && now.waiting() == 0) {
      hasBegun = false;
      log.info(
          "files that were allowed unscanned are rescanned: {} files, {} of them infected; {} are no"
              + " longer found",
          now.rescanned() - before.rescanned(),
          now.infected() - before.infected(),
          now.noLongerFound() - before.noLongerFound());
      before = now;
    } else if (!hasBegun && now.waiting() > 0 && begins.tryAcquire(nowNanos)) {
      hasBegun = true;
      log.warn(
          "files are allowed unscanned, {} so far; they are rescanned when clamd has time: see nacre"
              + " status",
          now.waiting());
    }
    dropped
        .due(now.dropped(), nowNanos)
        .ifPresent(
            files ->
                log.warn(
                    "{} files are not rescanned: nacre.rescan-queue = {} has no room for them, or"
                        + " their scans failed repeatedly",
                    files,
                    now.capacity()));
  }
}
