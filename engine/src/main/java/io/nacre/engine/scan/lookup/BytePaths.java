package io.nacre.engine.scan.lookup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Operations on absolute paths in which each byte is one character. */
public final class BytePaths {

  private BytePaths() {}

  /** Returns the path of {@code text}, which is UTF-8. */
  public static String of(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  /** Returns {@code path} as text: for people, and to be opened if it is UTF-8. */
  public static String text(String path) {
    return new String(path.getBytes(ISO_8859_1), UTF_8);
  }

  /** Returns the directory that {@code path} is in; {@code /} is in itself. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /** Returns the last name of {@code path}. */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the path of {@code name} in {@code directory}. */
  public static String child(String directory, String name) {
    return directory.equals("/") ? "/" + name : directory + "/" + name;
  }

  /** Returns true if {@code path} is below {@code directory}. */
  public static boolean isBelow(String path, String directory) {
    return directory.equals("/")
        ? path.length() > 1
        : path.length() > directory.length()
            && path.startsWith(directory)
            && path.charAt(directory.length()) == '/';
  }

  /** Returns the innermost directory that {@code path} and {@code other} are both below. */
  public static String common(String path, String other) {
    String directory = parent(path);
    while (!directory.equals("/") && !isBelow(other, directory)) {
      directory = parent(directory);
    }
    return directory;
  }

  /** Returns the name in {@code directory} that leads to {@code path}, which is below it. */
  public static String nameIn(String directory, String path) {
    int start = directory.equals("/") ? 1 : directory.length() + 1;
    int end = path.indexOf('/', start);
    return end < 0 ? path.substring(start) : path.substring(start, end);
  }

  /**
   * Returns how many directories lie between {@code directory} and {@code path}, which is below.
   */
  public static int depth(String directory, String path) {
    int depth = 0;
    for (int i = directory.length() + 1; i < path.length(); i++) {
      if (path.charAt(i) == '/') {
        depth++;
      }
    }
    return depth;
  }
}
