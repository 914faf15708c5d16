package io.nacre.engine.watch.place;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import java.util.Map;

/**
 * How the opens below each include path are to be noticed.
 *
 * @param otherwise where nothing else is said
 * @param byInclude by the include path that decides
 */
public record Strategies(Strategy otherwise, Map<String, Strategy> byInclude) {

  public Strategies {
    byInclude = Map.copyOf(byInclude);
  }

  /** One for all. */
  public Strategies(Strategy otherwise) {
    this(otherwise, Map.of());
  }

  /** Returns the one for the directory at {@code path}. */
  public Strategy at(PathBytes path, PathRules rules) {
    return rules
        .decisiveIncludeOfDirectory(path.bytes())
        .map(include -> byInclude.getOrDefault(include, otherwise))
        .orElse(otherwise);
  }

  /** Returns true if some path is to be noticed by {@code strategy}. */
  public boolean contains(Strategy strategy) {
    return otherwise == strategy || byInclude.containsValue(strategy);
  }
}
