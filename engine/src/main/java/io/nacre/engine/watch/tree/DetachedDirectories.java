package io.nacre.engine.watch.tree;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Directories that are no longer where they were, and may turn up elsewhere at once; by their wd,
 * the longest detached first.
 */
final class DetachedDirectories {
  /** The second half of a move follows the first at once, if it follows at all. */
  static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Map<Integer, Long> sinceNanos = new LinkedHashMap<>();

  void add(int wd, long nowNanos) {
    sinceNanos.putIfAbsent(wd, nowNanos);
  }

  void remove(int wd) {
    sinceNanos.remove(wd);
  }

  /** Returns and removes those whose time is over. */
  List<Integer> takeExpired(long nowNanos) {
    List<Integer> expired = new ArrayList<>();
    Iterator<Map.Entry<Integer, Long>> oldestFirst = sinceNanos.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Map.Entry<Integer, Long> next = oldestFirst.next();
      if (nowNanos - next.getValue() < GRACE_NANOS) {
        break;
      }
      expired.add(next.getKey());
      oldestFirst.remove();
    }
    return expired;
  }

  boolean isEmpty() {
    return sinceNanos.isEmpty();
  }

  void clear() {
    sinceNanos.clear();
  }
}
