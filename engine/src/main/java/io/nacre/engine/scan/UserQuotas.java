package io.nacre.engine.scan;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How much of the room each user takes up, to tell who has to give way when it is full.
 *
 * <p>Nothing costs more than the logarithm of what is in it. Belongs to one thread.
 */
final class UserQuotas {

  private record Share(int user, NavigableSet<PendingScan> tickets) {

    int size() {
      return tickets.size();
    }
  }

  private final Map<Integer, Share> users = new HashMap<>();

  /** The same; a share is taken out while its size changes. */
  private final NavigableSet<Share> bySize =
      new TreeSet<>(Comparator.comparingInt(Share::size).thenComparingInt(Share::user));

  private int size;

  void add(PendingScan ticket) {
    Share share = users.computeIfAbsent(ticket.user(), user -> new Share(user, new TreeSet<>()));
    bySize.remove(share);
    share.tickets().add(ticket);
    bySize.add(share);
    size++;
  }

  /** Takes {@code ticket} out; returns false if it is not in here. */
  boolean remove(PendingScan ticket) {
    Share share = users.get(ticket.user());
    if (share == null || !share.tickets().contains(ticket)) {
      return false;
    }
    bySize.remove(share);
    share.tickets().remove(ticket);
    if (share.tickets().isEmpty()) {
      users.remove(ticket.user());
    } else {
      bySize.add(share);
    }
    size--;
    return true;
  }

  /**
   * Returns who has to give way to one more of {@code user}: the youngest of the user who has most,
   * or nobody if {@code user} would then have as much.
   */
  Optional<PendingScan> inTheWayOf(int user) {
    Share own = users.get(user);
    int wanted = own == null ? 1 : own.size() + 1;
    return bySize.isEmpty() || bySize.last().size() <= wanted
        ? Optional.empty()
        : Optional.of(bySize.last().tickets().last());
  }

  int size() {
    return size;
  }
}
