package io.nacre.engine.config;

import io.nacre.engine.policy.NamePattern;
import io.nacre.engine.policy.PathPattern;
import io.nacre.engine.policy.RealPath;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Checks what people ask to leave out of a protected path. */
final class ExcludePattern {
  private static final String ANY_NAMES = "**";

  private ExcludePattern() {}

  /**
   * Returns what {@code text} means below {@code inside}, as {@link PathPattern#parse} takes it:
   * symbolic links are resolved up to the first wildcard, and without a slash in front the names
   * may stand at any depth.
   *
   * @throws IllegalArgumentException if it has no meaning there; the message gives the reason
   */
  static String resolve(String text, Path inside) {
    if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("holds what no path can hold");
    }
    List<String> names = PathPattern.names(text);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("\"" + text + "\" names nothing below " + inside);
    }
    try {
      return text.startsWith("/") ? below(text, names, inside) : atAnyDepth(text, names, inside);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(text + " is not a path: " + e.getReason(), e);
    }
  }

  private static String below(String text, List<String> names, Path inside) {
    int literal = 0;
    StringBuilder literalPath = new StringBuilder("/");
    while (literal < names.size() && isLiteral(text, names.get(literal))) {
      literalPath.append(NamePattern.parse(names.get(literal++)).name()).append('/');
    }
    Path start = RealPath.of(Path.of(literalPath.toString()));
    List<String> rest = names.subList(literal, names.size());
    if (!start.startsWith(inside) || (rest.isEmpty() && start.equals(inside))) {
      throw new IllegalArgumentException(text + " does not lie below " + inside);
    }
    if (start.equals(inside) && isEverything(rest)) {
      throw wholePath(text, inside);
    }
    return pattern(text, start, String.join("/", rest));
  }

  private static String atAnyDepth(String text, List<String> names, Path inside) {
    String pattern = pattern(text, inside, ANY_NAMES + "/" + String.join("/", names));
    if (isEverything(names)) {
      throw wholePath(text, inside);
    }
    return pattern;
  }

  private static boolean isLiteral(String text, String name) {
    try {
      return !name.equals(ANY_NAMES) && NamePattern.parse(name).isLiteral();
    } catch (IllegalArgumentException e) {
      throw in(text, e);
    }
  }

  /** Any number of any names, or one of them, are everything there can be. */
  private static boolean isEverything(List<String> names) {
    int last = names.size() - 1;
    return names.subList(0, Math.max(0, last)).stream().allMatch(ANY_NAMES::equals)
        && last >= 0
        && (names.get(last).equals(ANY_NAMES) || NamePattern.parse(names.get(last)).isEveryName());
  }

  private static String pattern(String text, Path start, String rest) {
    String above = start.getParent() == null ? "" : NamePattern.literal(start.toString());
    String pattern = rest.isEmpty() ? above : above + "/" + rest;
    try {
      PathPattern.parse(pattern);
    } catch (IllegalArgumentException e) {
      throw in(text, e);
    }
    return pattern;
  }

  private static IllegalArgumentException wholePath(String text, Path inside) {
    return new IllegalArgumentException(text + " leaves nothing of " + inside + " to protect");
  }

  private static IllegalArgumentException in(String text, IllegalArgumentException e) {
    return new IllegalArgumentException(text + ": " + e.getMessage(), e);
  }
}
