package io.nacre.engine.clamdconf;

import java.util.Optional;

/**
 * A line of a clamd.conf in its parts.
 *
 * @param name the option; empty for a line without one
 * @param value its value, if it has one
 * @param isCut whether a comment begins right behind the value, without a blank
 */
record ConfLine(String name, Optional<String> value, boolean isCut) {

  /**
   * Takes {@code line} apart.
   *
   * @throws IllegalArgumentException if it has no such parts; the message says why, for people
   */
  static ConfLine parse(String line) {
    int comment = comment(line);
    String text = line.substring(0, comment).strip();
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("holds a zero byte");
    }
    int end = 0;
    while (end < text.length() && !isBlank(text.charAt(end))) {
      end++;
    }
    String name = text.substring(0, end);
    String rest = text.substring(end).strip();
    if (!rest.startsWith("\"")) {
      boolean isCut =
          !rest.isEmpty() && comment < line.length() && !isBlank(line.charAt(comment - 1));
      return new ConfLine(name, rest.isEmpty() ? Optional.empty() : Optional.of(rest), isCut);
    }
    int close = rest.indexOf('"', 1);
    if (close < 0) {
      throw new IllegalArgumentException(printable(name) + ": the quote is not closed");
    }
    if (close < rest.length() - 1) {
      throw new IllegalArgumentException(
          printable(name) + ": something stands behind the closing quote");
    }
    if (close == 1) {
      throw new IllegalArgumentException(printable(name) + ": the value between quotes is empty");
    }
    return new ConfLine(name, Optional.of(rest.substring(1, close)), false);
  }

  /** Returns where the comment of {@code line} begins, or its end. */
  static int comment(String line) {
    int start = 0;
    while (start < line.length() && isBlank(line.charAt(start))) {
      start++;
    }
    int value = start;
    while (value < line.length() && !isBlank(line.charAt(value)) && line.charAt(value) != '#') {
      value++;
    }
    while (value < line.length() && isBlank(line.charAt(value))) {
      value++;
    }
    int from = value;
    if (value < line.length() && line.charAt(value) == '"') {
      int close = line.indexOf('"', value + 1);
      from = close < 0 ? line.length() : close;
    }
    int comment = line.indexOf('#', from);
    return comment < 0 ? line.length() : comment;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  /** Returns text as a terminal can show it, and not too long. */
  static String printable(String text) {
    String start = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
