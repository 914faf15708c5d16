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

  /** Refuses if one of {@code problems} ends the start; names all of those. */
  public static void throwIfRefused(List<ConfigProblem> problems) throws ConfigurationException {
    List<String> refused =
        problems.stream().filter(ConfigProblem::isRefused).map(ConfigProblem::line).toList();
    if (!refused.isEmpty()) {
      throw new ConfigurationException(refused);
    }
  }

  /** Returns the reasons. */
  public List<String> problems() {
    return problems;
  }
}
