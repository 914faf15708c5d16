package io.nacre.engine.scan;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How many scans of each user wait in the scheduler; chooses the one to shed when it is full.
 *
 * <p>Nothing costs more than the logarithm of what is in it. Belongs to one thread.
 */
final class UserQuotas {

  private record Quota(int user, NavigableSet<PendingScan> scans) {

    int size() {
      return scans.size();
    }
  }

  private final Map<Integer, Quota> users = new HashMap<>();

  /** The same; a quota is taken out while its size changes. */
  private final NavigableSet<Quota> bySize =
      new TreeSet<>(Comparator.comparingInt(Quota::size).thenComparingInt(Quota::user));

  private int size;

  void add(PendingScan pending) {
    Quota quota = users.computeIfAbsent(pending.user(), user -> new Quota(user, new TreeSet<>()));
    bySize.remove(quota);
    quota.scans().add(pending);
    bySize.add(quota);
    size++;
  }

  /** Removes {@code pending}; returns false if it is not in here. */
  boolean remove(PendingScan pending) {
    Quota quota = users.get(pending.user());
    if (quota == null || !quota.scans().contains(pending)) {
      return false;
    }
    bySize.remove(quota);
    quota.scans().remove(pending);
    if (quota.scans().isEmpty()) {
      users.remove(pending.user());
    } else {
      bySize.add(quota);
    }
    size--;
    return true;
  }

  /**
   * Returns the scan to shed for one more of {@code user}: the youngest of the user with the most
   * scans, or nothing if {@code user} would then have as many.
   */
  Optional<PendingScan> toShedFor(int user) {
    Quota own = users.get(user);
    int wanted = own == null ? 1 : own.size() + 1;
    return bySize.isEmpty() || bySize.last().size() <= wanted
        ? Optional.empty()
        : Optional.of(bySize.last().scans().last());
  }

  int size() {
    return size;
  }
}
