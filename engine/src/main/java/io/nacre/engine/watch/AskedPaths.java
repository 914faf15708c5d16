package io.nacre.engine.watch;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.nacre.engine.config.ProtectConfig;
import io.nacre.engine.config.WatchConfig;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.PlaceFinder;
import io.nacre.engine.watch.place.Strategies;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The paths that one configuration wants protected, and how.
 *
 * @param config the configuration; its prevention and its triggers play no part here
 * @param rules its path rules
 */
record AskedPaths(WatchConfig config, PathRules rules) {

  /** What decides about the files below one include. */
  private record Content(
      PathBytes path, List<String> exclude, List<String> excludeRegex, boolean isRecursive) {}

  Strategies strategies() {
    return new Strategies(
        config.strategy(),
        config.protect().stream()
            .collect(
                toMap(
                    path -> path.path().toString(),
                    ProtectConfig::strategy,
                    (first, second) -> first)));
  }

  boolean hasStrategy(Strategy strategy) {
    return strategies().contains(strategy);
  }

  PlaceFinder finder() {
    return new PlaceFinder(rules, config.crossMounts());
  }

  /** Returns true if this protects the same files at and below {@code place} as {@code other}. */
  boolean isSameBelow(PathBytes place, AskedPaths other) {
    return contents(place).equals(other.contents(place));
  }

  /** The includes at and below a place, and the one that decides about the place itself. */
  private Set<Content> contents(PathBytes place) {
    Optional<String> decisive = rules.decisiveIncludeOfDirectory(place.bytes());
    return config.protect().stream()
        .map(
            path ->
                new Content(
                    PathBytes.of(path.path().toString()),
                    path.exclude(),
                    path.excludeRegex(),
                    path.recursive()))
        .filter(
            content ->
                content.path().equals(place)
                    || content.path().isBelow(place)
                    || decisive.filter(content.path().toString()::equals).isPresent())
        .collect(toSet());
  }
}
