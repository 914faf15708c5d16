package io.nacre.engine.scan.prefetch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** What became of the files that were scanned because a process seemed about to open them. */
public final class PrefetchCounts {
  private final LongAdder scanned = new LongAdder();
  private final LongAdder infected = new LongAdder();
  private final LongAdder used = new LongAdder();
  private final LongAdder wasted = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private volatile int window;

  void addScanned() {
    scanned.increment();
  }

  void addInfected() {
    infected.increment();
  }

  void addUsed() {
    used.increment();
  }

  void addWasted() {
    addWasted(1);
  }

  void addWasted(int files) {
    wasted.add(files);
  }

  void addCancelled() {
    cancelled.increment();
  }

  /** Sets all to 0. */
  void reset() {
    Stream.of(scanned, infected, used, wasted, cancelled).forEach(LongAdder::reset);
  }

  void setWindow(int window) {
    this.window = window;
  }

  /**
   * Returns every count by its name: those with a verdict, and which of these were infected; those
   * opened while that was of use, and those not; those that made room for openers; and how many
   * files ahead of its process the last scan was allowed to be.
   */
  public Map<String, Long> byName() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("scanned", scanned.sum());
    counts.put("infected", infected.sum());
    counts.put("used", used.sum());
    counts.put("wasted", wasted.sum());
    counts.put("cancelled", cancelled.sum());
    counts.put("window", (long) window);
    return counts;
  }
}
