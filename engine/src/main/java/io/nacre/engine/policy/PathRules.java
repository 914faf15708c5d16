package io.nacre.engine.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Which paths are protected: those below an include and below no exclude.
 *
 * <p>Paths are compared as bytes, name by name, as the file system has them; so no encoding can
 * make two names equal. Order never matters, and an exclude wins.
 */
public final class PathRules {

  /** What the rules say of a path. */
  public enum Place {
    /** Below an include. */
    INSIDE,
    /** Below an exclude. */
    EXCLUDED,
    /** Below neither. */
    OUTSIDE
  }

  private final byte[][] includes;
  private final byte[][] excludes;

  /** Rules for absolute paths without a slash at the end. */
  public PathRules(List<String> includes, List<String> excludes) {
    this.includes = bytes(includes);
    this.excludes = bytes(excludes);
  }

  /** Returns true if there is an exclude, so that files in protected directories need a look. */
  public boolean hasExcludes() {
    return excludes.length > 0;
  }

  /** Returns what the rules say of the first {@code length} bytes of {@code path}. */
  public Place place(byte[] path, int length) {
    if (isBelowAny(excludes, path, length)) {
      return Place.EXCLUDED;
    }
    return isBelowAny(includes, path, length) ? Place.INSIDE : Place.OUTSIDE;
  }

  private static boolean isBelowAny(byte[][] roots, byte[] path, int length) {
    for (byte[] root : roots) {
      if (isBelow(root, path, length)) {
        return true;
      }
    }
    return false;
  }

  /** The root itself is below itself; an empty root is {@code /}. */
  private static boolean isBelow(byte[] root, byte[] path, int length) {
    return length >= root.length
        && Arrays.equals(root, 0, root.length, path, 0, root.length)
        && (length == root.length || path[root.length] == '/');
  }

  private static byte[][] bytes(List<String> paths) {
    return paths.stream()
        .map(path -> path.equals("/") ? "" : path)
        .map(path -> path.getBytes(StandardCharsets.UTF_8))
        .toArray(byte[][]::new);
  }
}
