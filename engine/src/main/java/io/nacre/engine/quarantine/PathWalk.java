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
 * A way from the root, name by name, each opened in the directory before it: so that whoever
 * exchanges one of them for a symbolic link leads nobody anywhere.
 */
final class PathWalk {

  /** Is asked about each directory before the next one is opened in it. */
  interface Check {
    Check NONE = (directory, path) -> {};

    /**
     * Looks at {@code directory}.
     *
     * @param path what has been walked so far
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
   * Opens the directory that {@code names} lead to; all but the last one have been checked.
   *
   * @throws RefusedException if one of them is no directory, but a symbolic link for instance
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
        throw new RefusedException(path + " is no directory; a symbolic link is not followed here");
      }
      throw e;
    }
  }

  /** Returns bytes of a path for a message. */
  static String text(byte[] path) {
    return new String(path, StandardCharsets.UTF_8);
  }
}
