package io.nacre.engine.quarantine;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A walk from the root directory, name by name, each opened in the directory before it. So an
 * unprivileged user that replaces one of them by a symbolic link cannot redirect the walk.
 */
final class PathWalk {

  /** A check of each directory before the next one is opened in it. */
  interface Check {
    Check NONE = (directory, path) -> {};

    /**
     * Checks {@code directory}.
     *
     * @param path the path so far
     */
    void check(Directory directory, String path) throws IOException;
  }

  private static final byte[] ROOT = {'/'};

  private PathWalk() {}

  /** Returns the names of {@code path}, which is absolute. */
  static List<byte[]> names(byte[] path) {
    List<byte[]> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        if (i > start) {
          names.add(Arrays.copyOfRange(path, start, i));
        }
        start = i + 1;
      }
    }
    return names;
  }

  /**
   * Opens the directory that {@code names} lead to. All directories before it were checked.
   *
   * @throws RefusedException if one of the names is not a directory, as a symbolic link
   */
  static Directory open(List<byte[]> names, Check check) throws IOException {
    Directory directory = Directory.open(ROOT);
    StringBuilder path = new StringBuilder();
    try {
      for (byte[] name : names) {
        check.check(directory, path.isEmpty() ? "/" : path.toString());
        path.append('/').append(text(name));
        Directory child = child(directory, name, path.toString());
        directory.close();
        directory = child;
      }
      return directory;
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  private static Directory child(Directory directory, byte[] name, String path) throws IOException {
    try {
      return directory.openChild(name);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR) {
        throw new RefusedException(
            path + " is not a directory; a symbolic link is not followed here");
      }
      throw e;
    }
  }

  /** Returns the bytes of a path as text for a message. */
  static String text(byte[] path) {
    return new String(path, StandardCharsets.UTF_8);
  }
}
