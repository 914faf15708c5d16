package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.mark.MarkOwner;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import io.nacre.linux.inotify.InotifyMask;
import java.util.ArrayList;
import java.util.List;

/**
 * The placement of the watch and then the mark of an open directory, and its listing. A call that
 * fails closes the directory. Belongs to one actor.
 */
final class DirectoryMarks {
  /**
   * The inotify events of a watched directory. A deletion is reported by the watch of the deleted
   * directory, a move by the watches of its parents.
   */
  static final int WATCHED =
      InotifyMask.IN_CREATE
          | InotifyMask.IN_MOVED_FROM
          | InotifyMask.IN_MOVED_TO
          | InotifyMask.IN_ONLYDIR
          | InotifyMask.IN_EXCL_UNLINK;

  private static final int LIST_BUFFER = 32 * 1024;

  private final MarkOwner owner;
  private final NativeBuffer buffer = new NativeBuffer(LIST_BUFFER);
  private final DirectoryEntries entries = new DirectoryEntries();

  DirectoryMarks(MarkOwner owner) {
    this.owner = owner;
  }

  /** Watches a directory; returns the same wd again if it is watched already. */
  int watch(Directory directory) throws ErrnoException {
    try {
      return owner.inotify().watch(directory.fd(), WATCHED);
    } catch (ErrnoException e) {
      directory.close();
      throw e;
    }
  }

  /**
   * Marks a directory that is watched as {@code wd}. If the mark is refused, its watch is removed
   * as well.
   */
  MarkOwner.Marked mark(Directory directory, int wd) throws ErrnoException {
    try {
      return owner.mark(directory.fd());
    } catch (ErrnoException e) {
      unwatch(wd);
      directory.close();
      throw e;
    }
  }

  /**
   * Marks again a directory that is watched as {@code wd} and has its mark by {@code key} already.
   * If the mark is refused, its watch is removed as well.
   */
  MarkOwner.Marked markAgain(Directory directory, int wd, long key) throws ErrnoException {
    try {
      owner.markAgain(directory.fd());
      return new MarkOwner.Marked(key, /* hasOtherOwner= */ false);
    } catch (ErrnoException e) {
      unwatch(wd);
      directory.close();
      throw e;
    }
  }

  /** Ends a watch, if it did not end with its directory. */
  void unwatch(int wd) {
    try {
      owner.inotify().unwatch(wd);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Returns the names of the directories in a directory. */
  List<byte[]> list(Directory directory) throws ErrnoException {
    List<byte[]> names = new ArrayList<>();
    try {
      for (int length = directory.list(buffer); length > 0; length = directory.list(buffer)) {
        entries.over(buffer.bytes(), length);
        while (entries.next()) {
          if (entries.mayBeDirectory() && !entries.isDot()) {
            names.add(entries.name());
          }
        }
      }
    } catch (ErrnoException e) {
      directory.close();
      throw e;
    }
    return names;
  }
}
