package io.nacre.engine.watch.tree;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import io.nacre.linux.inotify.Inotify;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Open directories of a table, each opened where it should be and verified to be the same
 * directory.
 *
 * <p>Directories move, so a path of the table may lead elsewhere by the time it is opened. The
 * directory that was opened must therefore get the wd that its node has. No symbolic link is
 * followed and no mount is crossed. The last directory and its root stay open, because events come
 * in bursts; {@link #close} closes them. Belongs to one actor.
 */
final class OpenDirectories implements AutoCloseable {
  /** The most bytes of a path that one call takes, with room for a name. */
  private static final int LONGEST = 3800;

  private static final int NOTHING = 0;

  private final Inotify inotify;
  private final IntPredicate isOurs;
  private Optional<Directory> root = Optional.empty();
  private Optional<Directory> last = Optional.empty();
  private int rootWd = NOTHING;
  private int lastWd = NOTHING;

  /**
   * Opens nothing yet.
   *
   * @param isOurs whether a watch belongs to the tree already, and must stay
   */
  OpenDirectories(Inotify inotify, IntPredicate isOurs) {
    this.inotify = inotify;
    this.isOurs = isOurs;
  }

  /**
   * Returns the directory that is {@code node} in {@code table}, open until the next call. It is
   * empty if the directory is elsewhere by now, and the table is not updated yet.
   */
  Optional<Directory> open(DirectoryTable table, int node) throws ErrnoException {
    int wd = table.wd(node);
    int top = table.top(node);
    try {
      if (table.wd(top) != rootWd) {
        close();
        root = verified(Directory.openWithoutLinks(table.path(top)), table, top);
        rootWd = root.isPresent() ? table.wd(top) : NOTHING;
      }
      if (node == top || root.isEmpty()) {
        return root;
      }
      if (wd != lastWd) {
        closeLast();
        last = verified(descend(root.get(), relativePath(table, node, top)), table, node);
        lastWd = last.isPresent() ? wd : NOTHING;
      }
      return last;
    } catch (ErrnoException e) {
      if (isElsewhere(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Passes a directory that {@link #open} returned to the caller, which owns and closes it. */
  Directory release(Directory directory) {
    if (last.filter(open -> open == directory).isPresent()) {
      last = Optional.empty();
      lastWd = NOTHING;
    } else {
      root = Optional.empty();
      rootWd = NOTHING;
    }
    return directory;
  }

  /** Closes the open directories; {@link #open} works as before. */
  @Override
  public void close() {
    closeLast();
    root.ifPresent(Directory::close);
    root = Optional.empty();
    rootWd = NOTHING;
  }

  private void closeLast() {
    last.ifPresent(Directory::close);
    last = Optional.empty();
    lastWd = NOTHING;
  }

  /** The kernel gives a directory that is watched its wd again. */
  private Optional<Directory> verified(Directory directory, DirectoryTable table, int node)
      throws ErrnoException {
    try {
      int wd = inotify.watch(directory.fd(), DirectoryMarks.WATCHED);
      if (wd == table.wd(node)) {
        return Optional.of(directory);
      }
      if (!isOurs.test(wd)) {
        inotify.unwatch(wd);
      }
    } catch (ErrnoException e) {
      directory.close();
      throw e;
    }
    directory.close();
    return Optional.empty();
  }

  private static Directory descend(Directory root, byte[] path) throws ErrnoException {
    Directory here = root;
    for (int start = 0; start < path.length; ) {
      int end = endOfPart(path, start);
      Directory next;
      try {
        next = here.openChildOnSameMount(Arrays.copyOfRange(path, start, end));
      } finally {
        if (here != root) {
          here.close();
        }
      }
      here = next;
      start = end + 1;
    }
    return here;
  }

  /** Returns where a part of the path ends that starts at {@code start} and is not too long. */
  private static int endOfPart(byte[] path, int start) {
    if (path.length - start <= LONGEST) {
      return path.length;
    }
    int end = start + LONGEST;
    while (path[end] != '/') {
      end--;
    }
    return end;
  }

  private static byte[] relativePath(DirectoryTable table, int node, int top) {
    byte[] path = table.path(node);
    int above = table.path(top).length;
    return Arrays.copyOfRange(path, above == 1 ? 1 : above + 1, path.length);
  }

  private static boolean isElsewhere(ErrnoException e) {
    return switch (e.errno()) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV, Errno.ESTALE, Errno.ENOSPC ->
          true;
      default -> false;
    };
  }
}
