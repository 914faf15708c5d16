package io.nacre.engine.quarantine;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Names;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the quarantine is, and whether it can be trusted: root's own directory, on a path that only
 * root can lead elsewhere. Opened anew for each use, so that it keeps no file system from being
 * unmounted, and what becomes of it is noticed.
 */
final class QuarantineDirectory {
  private static final int FOR_ROOT = 0700;
  private static final int ABOVE = 0755;
  private static final int OTHERS_MAY_WRITE = 022;
  private static final int STICKY = 01000;

  private final Path path;

  QuarantineDirectory(Path path) {
    this.path = path;
  }

  /** Returns its path. */
  Path path() {
    return path;
  }

  /**
   * Opens it.
   *
   * @throws RefusedException if somebody else could replace it, or write there
   */
  Directory open() throws IOException {
    Directory directory = PathWalk.open(names(), QuarantineDirectory::requireRoots);
    try {
      requireOwn(directory, path.toString());
      return directory;
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  /** Makes it if it is not there, with what is missing above it, and opens it. */
  Directory create() throws IOException {
    List<byte[]> names = names();
    for (int count = 1; count < names.size(); count++) {
      make(names.subList(0, count), ABOVE);
    }
    make(names, FOR_ROOT);
    return open();
  }

  private void make(List<byte[]> names, int mode) throws IOException {
    int last = names.size() - 1;
    try (Directory parent =
        PathWalk.open(names.subList(0, last), QuarantineDirectory::requireRoots)) {
      requireRoots(parent, text(names.subList(0, last)));
      Names.makeDirectory(parent, names.get(last), mode);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EEXIST) {
        throw new RefusedException(text(names) + " cannot be made: " + e.getMessage());
      }
    }
  }

  /** A sticky directory, as /tmp, lets nobody move what belongs to root. */
  private static void requireRoots(Directory directory, String path) throws IOException {
    Statx statx = new Statx().read(directory.fd().number());
    boolean isSticky = (statx.mode() & STICKY) != 0;
    if (statx.uid() != 0 || ((statx.mode() & OTHERS_MAY_WRITE) != 0 && !isSticky)) {
      throw new RefusedException(path + " " + whoElse(statx) + ", who could replace what is in it");
    }
  }

  private static void requireOwn(Directory directory, String path) throws IOException {
    Statx statx = new Statx().read(directory.fd().number());
    if (!statx.isWritableByRootOnly()) {
      throw new RefusedException(
          path
              + " "
              + whoElse(statx)
              + "; it must be root's alone: chown root:root, chmod 700, or another directory");
    }
  }

  private static String whoElse(Statx statx) {
    return statx.uid() == 0
        ? "can be written by others than root"
        : "belongs to user " + Integer.toUnsignedString(statx.uid());
  }

  private List<byte[]> names() {
    return PathWalk.names(path.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String text(List<byte[]> names) {
    StringBuilder text = new StringBuilder();
    names.forEach(name -> text.append('/').append(PathWalk.text(name)));
    return text.isEmpty() ? "/" : text.toString();
  }
}
