package io.nacre.engine.watch;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says how each place is to be protected; about overlays and what is below them together. Belongs
 * to one actor.
 */
final class PlacePlan {

  /** How a place is to be protected. */
  record Planned(Place place, StrategyChoice choice, OverlayRule.Decision decision) {

    /** Returns by what it is marked; nothing if it is not. */
    Optional<Strategy> strategy() {
      return decision.kind() == OverlayRule.Kind.MARK_IT
          ? Optional.of(choice.strategy())
          : Optional.empty();
    }

    boolean isMarkedAsAWhole() {
      return strategy().isPresent() && choice.strategy() != Strategy.DDD;
    }

    boolean isOnOverlay() {
      return place.mount().type().equals(Overlays.TYPE);
    }

    /** Returns what is said of it before any mark is placed, or if there is none to place. */
    Coverage.Entry entry() {
      Coverage.Entry entry = Coverage.Entry.starting(place.path(), choice);
      return switch (decision.kind()) {
        case MARK_IT -> entry;
        case SEEN_BELOW -> entry.with(Coverage.State.PROTECTED, Optional.empty());
        case GAP ->
            entry.with(
                Coverage.State.MISSING, Optional.of(place.path() + ": " + decision.problem()));
      };
    }
  }

  private final Strategies configured;
  private final PathRules rules;
  private final boolean overlaysAreSeenBelow =
      Overlays.areSeenBelow(System.getProperty("os.version", ""));
  private Map<PathBytes, Planned> last = Map.of();

  PlacePlan(Strategies configured, PathRules rules) {
    this.configured = configured;
    this.rules = rules;
  }

  /** Plans for {@code places}, by their paths. */
  Map<PathBytes, Planned> plan(Collection<Place> places, MountTable mounts) {
    Map<PathBytes, Planned> plan = new TreeMap<>();
    places.forEach(place -> plan.put(place.path(), first(place)));
    if (overlaysAreSeenBelow && plan.values().stream().anyMatch(Planned::isOnOverlay)) {
      Map<Mount, Optional<List<Overlays.Layer>>> known = new HashMap<>();
      OverlayRule.decide(
              plan.values().stream()
                  .map(each -> new OverlayRule.Wanted(each.place(), each.choice().strategy()))
                  .toList(),
              mount -> known.computeIfAbsent(mount, unknown -> Overlays.layers(unknown, mounts)),
              rules)
          .forEach(
              (path, decision) ->
                  plan.computeIfPresent(
                      path, (same, each) -> new Planned(each.place(), each.choice(), decision)));
    }
    last = plan;
    return plan;
  }

  /** A choice is made once, since a large place is walked for it. */
  private Planned first(Place place) {
    Planned before = last.get(place.path());
    StrategyChoice choice =
        before != null && Objects.equals(before.place(), place)
            ? before.choice()
            : StrategyChoice.of(configured.at(place.path(), rules), place);
    return new Planned(place, choice, OverlayRule.Decision.MARK_IT);
  }
}
