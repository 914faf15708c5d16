package io.nacre.engine.config;

import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;

/** The problems of a configuration, collected so that they are reported all at once. */
final class Problems {
  private final List<ConfigProblem> found = new ArrayList<>();

  /** Adds a problem of the value of {@code key}. */
  void add(ConfigValue value, String key, String what) {
    found.add(ConfigProblem.refused(Origins.where(value.origin()), Origins.name(value, key), what));
  }

  /** Adds a problem of the value of {@code key} that depends on this machine. */
  void addOfMachine(ConfigValue value, String key, String what) {
    found.add(
        new ConfigProblem(
            Origins.where(value.origin()),
            Origins.name(value, key),
            what,
            ConfigProblem.Kind.REFUSED,
            /* isOfMachine= */ true));
  }

  /** Adds a warning about the value of {@code key}. */
  void warn(ConfigValue value, String key, String what) {
    found.add(
        new ConfigProblem(
            Origins.where(value.origin()),
            Origins.name(value, key),
            what,
            ConfigProblem.Kind.WARNING,
            /* isOfMachine= */ false));
  }

  /** Adds a problem whose text names its file and line. */
  void add(String problem) {
    add(ConfigProblem.refused("", "", problem));
  }

  void add(ConfigProblem problem) {
    found.add(problem);
  }

  /** Returns whether {@code key} has a problem. */
  boolean has(String key) {
    return found.stream().anyMatch(problem -> problem.key().equals(key));
  }

  /** Returns whether a problem ends the start. */
  boolean areRefused() {
    return found.stream().anyMatch(ConfigProblem::isRefused);
  }

  /** Returns all problems, in the order in which they were found. */
  List<ConfigProblem> all() {
    return List.copyOf(found);
  }

  /** Refuses the configuration if there is a problem that ends the start. */
  void throwIfAny() throws ConfigurationException {
    ConfigurationException.throwIfRefused(found);
  }
}
