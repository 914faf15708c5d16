package io.nacre.engine.kernelcache;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts of the files that were offered: marked, refused or removed again. For any thread. */
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

  /** Sets all counts to 0. */
  void reset() {
    marked.reset();
    refused.values().forEach(LongAdder::reset);
    removed.values().forEach(LongAdder::reset);
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

  /** Returns the refused files by reason, without the reasons that have none. */
  Map<String, Long> refused() {
    Map<String, Long> counts = new LinkedHashMap<>();
    refused.forEach((reason, count) -> put(counts, reason.label(), count.sum()));
    return counts;
  }

  /** Returns the removed marks by reason, without the reasons that have none. */
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
