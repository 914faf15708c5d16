package io.nacre.engine.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * The paths that an absolute path or pattern matches, and everything below them.
 *
 * <p>Names are compared one by one, as bytes. The name {@code **} matches any number of names, also
 * none; at the end it matches at least one. Matching allocates no memory.
 */
public final class PathPattern {
  private static final String ANY_NAMES = "**";

  private final NamePattern[] names;

  /** For each name, whether any number of names may precede it. */
  private final boolean[] floats;

  private PathPattern(List<NamePattern> names, List<Boolean> floats) {
    this.names = names.toArray(NamePattern[]::new);
    this.floats = new boolean[this.names.length];
    for (int i = 0; i < this.floats.length; i++) {
      this.floats[i] = floats.get(i);
    }
  }

  /**
   * Compiles {@code pattern}, an absolute path whose names are {@link NamePattern}s or {@code **}.
   *
   * @throws IllegalArgumentException if it is none; the message gives the reason
   */
  public static PathPattern parse(String pattern) {
    List<NamePattern> names = new ArrayList<>();
    List<Boolean> floats = new ArrayList<>();
    boolean floating = false;
    for (String name : names(pattern)) {
      if (name.equals(ANY_NAMES)) {
        floating = true;
      } else if (name.equals(".") || name.equals("..")) {
        throw new IllegalArgumentException("the names . and .. cannot stand in a pattern");
      } else {
        names.add(NamePattern.parse(name));
        floats.add(floating);
        floating = false;
      }
    }
    if (floating) { // everything below matches anyway, so one more name is enough
      names.add(NamePattern.parse("*"));
      floats.add(false);
    }
    if (names.isEmpty()) {
      throw new IllegalArgumentException("names nothing");
    }
    return new PathPattern(names, floats);
  }

  /** Returns the names of a path or pattern; slashes at the ends and in a row mean nothing. */
  public static List<String> names(String pattern) {
    return List.of(pattern.split("/", -1)).stream().filter(name -> !name.isEmpty()).toList();
  }

  /**
   * Returns true if the first {@code length} bytes of {@code path}, or a directory above it, match.
   *
   * <p>When a name does not match, only the last {@code **} takes one more name, as in {@link
   * NamePattern#matches}. So each name of the pattern meets each name of the path at most once.
   */
  boolean matches(byte[] path, int length) {
    int next = 0;
    int at = 0;
    int floating = -1;
    int start = 0;
    while (next < names.length) {
      if (floats[next]) {
        floating = next;
        start = at;
      }
      if (at >= length || path[at] != '/') {
        return false;
      }
      int end = endOfName(path, at + 1, length);
      if (names[next].matches(path, at + 1, end)) {
        next++;
        at = end;
      } else if (floating >= 0) {
        next = floating;
        start = endOfName(path, start + 1, length);
        at = start;
      } else {
        return false;
      }
    }
    return true;
  }

  private static int endOfName(byte[] path, int start, int length) {
    int end = start;
    while (end < length && path[end] != '/') {
      end++;
    }
    return end;
  }
}
