package io.nacre.engine.clamdconf;

import java.util.Optional;

/**
 * One line of a clamd.conf, parsed.
 *
 * @param name the option; empty for a line without one
 * @param value its value, if it has one
 * @param isCut whether a comment directly follows the value, without a blank
 */
record ConfLine(String name, Optional<String> value, boolean isCut) {

  /**
   * Parses {@code line}.
   *
   * @throws IllegalArgumentException if it has no such parts; the message gives the reason
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

  /** Returns the index at which the comment of {@code line} begins, or its length. */
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

  /** Returns {@code text} without control characters, and cut to a length for messages. */
  static String printable(String text) {
    String start = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
