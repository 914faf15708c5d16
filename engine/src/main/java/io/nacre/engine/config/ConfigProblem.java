package io.nacre.engine.config;

import java.util.Comparator;
import java.util.List;

/**
 * A problem of a configuration.
 *
 * @param where {@code file:line}; empty if it is of no line
 * @param key the key, or the option of a clamd.conf; may be empty
 * @param text what is wrong, and what to do
 * @param kind whether an engine starts with it
 * @param isOfMachine whether it depends on this machine, and not on the files alone
 */
public record ConfigProblem(String where, String key, String text, Kind kind, boolean isOfMachine) {

  /** Whether an engine starts with a problem. */
  public enum Kind {
    /** It does not start. */
    REFUSED,
    /** It does not start now, and may start later with the same configuration. */
    UNAVAILABLE,
    /** It starts, and does less than the text may seem to say. */
    WARNING
  }

  /** A problem of the files that ends the start. */
  static ConfigProblem refused(String where, String key, String text) {
    return new ConfigProblem(where, key, text, Kind.REFUSED, /* isOfMachine= */ false);
  }

  /** Returns {@code problems} in the order of the files and lines. */
  public static List<ConfigProblem> sorted(List<ConfigProblem> problems) {
    return problems.stream()
        .sorted(Comparator.comparing(ConfigProblem::file).thenComparingInt(ConfigProblem::number))
        .toList();
  }

  private String file() {
    return number() == 0 ? where : where.substring(0, where.lastIndexOf(':'));
  }

  /** Returns the number of the line, 0 if there is none. */
  private int number() {
    String number = where.substring(where.lastIndexOf(':') + 1);
    return number.length() < where.length() && number.matches("[0-9]{1,9}")
        ? Integer.parseInt(number)
        : 0;
  }

  public boolean isRefused() {
    return kind == Kind.REFUSED;
  }

  /** Returns the problem on one line, which can be printed whatever the files contain. */
  public String line() {
    StringBuilder line = new StringBuilder();
    for (String part : new String[] {where, key, kind == Kind.WARNING ? "warning" : ""}) {
      line.append(part).append(part.isEmpty() ? "" : ": ");
    }
    return line.append(text).toString().replaceAll("\\p{Cntrl}", "?");
  }
}
