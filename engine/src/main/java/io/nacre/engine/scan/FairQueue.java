package io.nacre.engine.scan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A queue in which users take turns, so that ten thousand scans of one do not come before the
 * single scan of another; of one user the oldest comes first.
 *
 * <p>Nothing costs more than the logarithm of what one user has in it. Belongs to one thread.
 */
final class FairQueue {
  /** By user, in the order of their turns; none is empty. */
  private final Map<Integer, NavigableSet<PendingScan>> users = new LinkedHashMap<>();

  void add(PendingScan pending) {
    users.computeIfAbsent(pending.user(), user -> new TreeSet<>()).add(pending);
  }

  /** Removes {@code pending}; returns false if it is not in here. */
  boolean remove(PendingScan pending) {
    NavigableSet<PendingScan> scans = users.get(pending.user());
    if (scans == null || !scans.remove(pending)) {
      return false;
    }
    if (scans.isEmpty()) {
      users.remove(pending.user());
    }
    return true;
  }

  /** Takes the oldest of the user whose turn it is; there must be one. */
  PendingScan take() {
    Map.Entry<Integer, NavigableSet<PendingScan>> turn = users.entrySet().iterator().next();
    Integer user = turn.getKey();
    NavigableSet<PendingScan> scans = turn.getValue();
    PendingScan oldest = scans.first();
    scans.remove(oldest);
    users.remove(user);
    if (!scans.isEmpty()) {
      users.put(user, scans); // behind all others
    }
    return oldest;
  }

  /** Returns everything in it, in no order. */
  Stream<PendingScan> all() {
    return users.values().stream().flatMap(NavigableSet::stream);
  }

  boolean isEmpty() {
    return users.isEmpty();
  }
}
