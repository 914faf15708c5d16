package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.mark.Marks;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import io.nacre.linux.inotify.Inotify;
import io.nacre.linux.inotify.InotifyMask;
import java.util.ArrayList;
import java.util.List;

/**
 * Places the watch and the mark of one open directory after the other, and lists them. What fails
 * closes the directory. Belongs to one actor.
 */
final class DirectoryMarks {
  /** Deletions are told by the watch of what was deleted, moves by those of the parents. */
  static final int WATCHED =
      InotifyMask.IN_CREATE
          | InotifyMask.IN_MOVED_FROM
          | InotifyMask.IN_MOVED_TO
          | InotifyMask.IN_ONLYDIR
          | InotifyMask.IN_EXCL_UNLINK;

  private static final int LIST_BUFFER = 32 * 1024;

  private final Marks marks;
  private final Inotify inotify;
  private final NativeBuffer buffer = new NativeBuffer(LIST_BUFFER);
  private final DirectoryEntries entries = new DirectoryEntries();

  DirectoryMarks(Marks marks, Inotify inotify) {
    this.marks = marks;
    this.inotify = inotify;
  }

  /** Watches a directory; returns the same wd again if it is watched already. */
  int watch(Directory directory) throws ErrnoException {
    try {
      return inotify.watch(directory.fd(), WATCHED);
    } catch (ErrnoException e) {
      directory.close();
      throw e;
    }
  }

  /** Marks a directory that is watched as {@code wd}; if that cannot be, its watch goes as well. */
  void mark(Directory directory, int wd) throws ErrnoException {
    try {
      marks.addDirectory(directory.fd());
    } catch (ErrnoException e) {
      unwatch(wd);
      directory.close();
      throw e;
    }
  }

  /** Ends a watch, if it did not end with its directory. */
  void unwatch(int wd) {
    try {
      inotify.unwatch(wd);
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
