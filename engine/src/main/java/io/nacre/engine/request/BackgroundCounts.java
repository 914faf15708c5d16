package io.nacre.engine.request;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The results of the background scans that follow an access; for any thread.
 *
 * <p>Each file is skipped, dropped or queued, and a queued one ends as scanned or unscanned.
 */
public final class BackgroundCounts {
  private final LongAdder queued = new LongAdder();
  private final LongAdder scanned = new LongAdder();
  private final LongAdder infected = new LongAdder();
  private final LongAdder unscanned = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder skipped = new LongAdder();

  /** Counts a file that will be scanned. */
  public void addQueued() {
    queued.increment();
  }

  /** Counts a file that needs no scan, or is too big for one. */
  public void addSkipped() {
    skipped.increment();
  }

  /** Counts a file that would have been scanned if there had been room for it. */
  public void addDropped() {
    dropped.increment();
  }

  /** Counts the end of a scan, or of the wait for one. */
  void add(Verdict verdict) {
    if (verdict instanceof Verdict.Unscanned none) {
      (none.reason() == FallbackReason.OVERLOAD ? dropped : unscanned).increment();
      return;
    }
    scanned.increment();
    if (verdict instanceof Verdict.Infected) {
      infected.increment();
    }
  }

  /** Returns the number of files that would have been scanned if there had been room. */
  public long dropped() {
    return dropped.sum();
  }

  /** Returns the number of files that needed no scan. */
  public long skipped() {
    return skipped.sum();
  }

  /** Returns every count by its name, with those that wait or are being scanned now. */
  public Map<String, Long> byName() {
    Map<String, Long> counts = new LinkedHashMap<>();
    long ended = scanned.sum() + unscanned.sum(); // read before the queued ones, never fewer
    counts.put("queued", queued.sum());
    counts.put("inside", Math.max(0, queued.sum() - ended));
    counts.put("scanned", scanned.sum());
    counts.put("infected", infected.sum());
    counts.put("unscanned", unscanned.sum());
    counts.put("dropped", dropped.sum());
    counts.put("skipped", skipped.sum());
    return counts;
  }

  void reset() {
    Stream.of(queued, scanned, infected, unscanned, dropped, skipped).forEach(LongAdder::reset);
  }
}
