package io.nacre.engine.watch;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.watch.place.PlacePlan;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * The mounts from which events come, as the readers see them in {@link OwnMounts}. Belongs to one
 * actor.
 *
 * <p>A mark raises events a moment longer than its place is protected. So while places come or
 * leave, every event is compared with the path rules: none may be judged as if it were inside.
 */
final class ReachedMounts {
  private final OwnMounts mounts;
  private Set<Long> published = Set.of();
  private boolean reachesOutside;

  ReachedMounts(OwnMounts mounts) {
    this.mounts = mounts;
  }

  /** Publishes the mounts of places that are about to be marked, beside those that are there. */
  void add(Collection<PlacePlan.Planned> coming) {
    Set<Long> ids = ids(coming);
    ids.addAll(published);
    publish(ids, /* isOutside= */ true);
  }

  /**
   * Publishes the mounts of the places that are protected.
   *
   * @param areSomeLeaving whether events of former places may still arrive
   */
  void set(Collection<PlacePlan.Planned> places, boolean areSomeLeaving) {
    Set<Long> ids = ids(places);
    if (areSomeLeaving) {
      ids.addAll(published);
    }
    publish(ids, areSomeLeaving || places.stream().anyMatch(PlacePlan.Planned::isMarkedAsAWhole));
  }

  private void publish(Set<Long> ids, boolean isOutside) {
    if (isOutside != reachesOutside || !ids.equals(published)) {
      published = ids;
      reachesOutside = isOutside;
      mounts.set(ids.stream().mapToLong(id -> id).toArray(), isOutside);
    }
  }

  private static Set<Long> ids(Collection<PlacePlan.Planned> places) {
    Set<Long> ids = new TreeSet<>();
    places.forEach(planned -> ids.add(planned.place().mountId()));
    return ids;
  }
}
