package io.nacre.engine.scan.prefetch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts of the files that were scanned before they were opened; for any thread. */
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
   * Returns every count by its name: files with a verdict; the infected ones of these; files opened
   * in time; files not opened in time; scans that made room for openers; and the window of the last
   * process, in files.
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
