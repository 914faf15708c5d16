package io.nacre.engine.config;

import java.util.List;

/** The refusal of a configuration, with one line for each problem. */
public final class ConfigurationException extends Exception {
  private final transient List<String> problems;

  /** Refuses for {@code problems}, each of the form {@code file:line: key: what is wrong}. */
  public ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** Returns the reasons. */
  public List<String> problems() {
    return problems;
  }
}
