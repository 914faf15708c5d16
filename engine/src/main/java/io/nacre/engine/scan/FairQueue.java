package io.nacre.engine.scan;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A queue in which users take turns, so that ten thousand requests of one do not come before the
 * single request of another; of one user the oldest comes first.
 *
 * <p>Nothing costs more than the logarithm of what one user has in it. Belongs to one thread.
 */
final class FairQueue {
  /** By user, in the order of their turns; none is empty. */
  private final Map<Integer, NavigableSet<PendingScan>> users = new LinkedHashMap<>();

  void add(PendingScan ticket) {
    users.computeIfAbsent(ticket.user(), user -> new TreeSet<>()).add(ticket);
  }

  /** Takes {@code ticket} out; returns false if it is not in here. */
  boolean remove(PendingScan ticket) {
    NavigableSet<PendingScan> tickets = users.get(ticket.user());
    if (tickets == null || !tickets.remove(ticket)) {
      return false;
    }
    if (tickets.isEmpty()) {
      users.remove(ticket.user());
    }
    return true;
  }

  /** Takes the oldest of the user whose turn it is; there must be one. */
  PendingScan take() {
    Map.Entry<Integer, NavigableSet<PendingScan>> turn = users.entrySet().iterator().next();
    Integer user = turn.getKey();
    NavigableSet<PendingScan> tickets = turn.getValue();
    PendingScan ticket = tickets.first();
    tickets.remove(ticket);
    users.remove(user);
    if (!tickets.isEmpty()) {
      users.put(user, tickets); // behind all others
    }
    return ticket;
  }

  /** Returns everything in it, in no order. */
  Stream<PendingScan> all() {
    return users.values().stream().flatMap(NavigableSet::stream);
  }

  boolean isEmpty() {
    return users.isEmpty();
  }
}
