package io.nacre.engine.kernelcache;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What became of the files that were offered; for any thread. */
final class KernelCacheCounts {
  private final LongAdder marked = new LongAdder();
  private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class);
  private final Map<Removal, LongAdder> removed = new EnumMap<>(Removal.class);

  KernelCacheCounts() {
    for (Refusal refusal : Refusal.values()) {
      refused.put(refusal, new LongAdder());
    }
    for (Removal removal : Removal.values()) {
      removed.put(removal, new LongAdder());
    }
  }

  void addMarked() {
    marked.increment();
  }

  void addRefused(Refusal reason) {
    of(refused, reason).increment();
  }

  void addRemoved(Removal reason, long marks) {
    of(removed, reason).add(marks);
  }

  long marked() {
    return marked.sum();
  }

  /** Returns how many were refused by reason, without those of which there are none. */
  Map<String, Long> refused() {
    Map<String, Long> counts = new LinkedHashMap<>();
    refused.forEach((reason, count) -> put(counts, reason.label(), count.sum()));
    return counts;
  }

  /** Returns how many were removed by reason, without those of which there are none. */
  Map<String, Long> removed() {
    Map<String, Long> counts = new LinkedHashMap<>();
    removed.forEach((reason, count) -> put(counts, reason.label(), count.sum()));
    return counts;
  }

  private static void put(Map<String, Long> counts, String label, long count) {
    if (count > 0) {
      counts.put(label, count);
    }
  }

  private static <E extends Enum<E>> LongAdder of(Map<E, LongAdder> counts, E key) {
    LongAdder count = counts.get(key);
    if (count == null) {
      throw new IllegalArgumentException("no counter for " + key);
    }
    return count;
  }
}
