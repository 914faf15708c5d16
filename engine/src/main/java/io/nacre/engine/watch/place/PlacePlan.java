package io.nacre.engine.watch.place;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says how each place is to be protected; about overlays and what is below them together. Belongs
 * to one actor.
 */
public final class PlacePlan {

  /** How a place is to be protected. */
  public record Planned(Place place, StrategyChoice choice, OverlayRule.Decision decision) {

    /** Returns by what it is marked; nothing if it is not. */
    public Optional<Strategy> strategy() {
      return decision.kind() == OverlayRule.Kind.MARK_IT
          ? Optional.of(choice.strategy())
          : Optional.empty();
    }

    public boolean isMarkedAsAWhole() {
      return strategy().isPresent() && choice.strategy() != Strategy.DDD;
    }

    public boolean isOnOverlay() {
      return place.mount().type().equals(Overlays.TYPE);
    }

    /** Returns true if {@code other} is the same directory, and is marked or not as this one is. */
    public boolean isSameButForItsStrategy(Planned other) {
      return place.equals(other.place) && decision.equals(other.decision);
    }

    /** Returns why it can neither be marked nor is seen on other places; nothing if it can. */
    public Optional<String> gap() {
      return decision.kind() == OverlayRule.Kind.GAP
          ? Optional.of(place.path() + ": " + decision.problem())
          : Optional.empty();
    }
  }

  private Strategies configured;
  private PathRules rules;
  private final boolean overlaysAreSeenBelow =
      Overlays.areSeenBelow(System.getProperty("os.version", ""));
  private Map<PathBytes, Chosen> last = Map.of();

  /** A choice, and the configured strategy that it was made for. */
  private record Chosen(Strategy configured, Planned planned) {}

  public PlacePlan(Strategies configured, PathRules rules) {
    this.configured = configured;
    this.rules = rules;
  }

  /** Plans by other strategies and rules from now on. */
  public void change(Strategies nextStrategies, PathRules nextRules) {
    configured = nextStrategies;
    rules = nextRules;
  }

  /** Plans for {@code places}, by their paths. */
  public Map<PathBytes, Planned> plan(Collection<Place> places, MountTable mounts) {
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
    Map<PathBytes, Chosen> chosen = new HashMap<>();
    plan.forEach(
        (path, planned) -> chosen.put(path, new Chosen(configured.at(path, rules), planned)));
    last = chosen;
    return plan;
  }

  /**
   * A choice is made once, since a large place is walked for it, and made again only when another
   * strategy is configured.
   */
  private Planned first(Place place) {
    Strategy wanted = configured.at(place.path(), rules);
    Chosen before = last.get(place.path());
    if (before == null || !before.planned().place().equals(place)) {
      return markedBy(StrategyChoice.of(wanted, place), place);
    }
    StrategyChoice choice = before.planned().choice();
    if (wanted != before.configured() && wanted != choice.strategy()) {
      StrategyChoice other = StrategyChoice.of(wanted, place);
      choice = other.strategy() == choice.strategy() ? choice : other;
    }
    return markedBy(choice, place);
  }

  private static Planned markedBy(StrategyChoice choice, Place place) {
    return new Planned(place, choice, OverlayRule.Decision.MARK_IT);
  }
}
