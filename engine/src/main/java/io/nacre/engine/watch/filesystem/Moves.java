package io.nacre.engine.watch.filesystem;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.FanotifyNames;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Directory;

/** Tells of everything that is moved on one file system. Belongs to one actor. */
final class Moves implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;
  private static final long FILES =
      FanotifyMask.FAN_CREATE | FanotifyMask.FAN_ATTRIB | FanotifyMask.FAN_EVENT_ON_CHILD;

  /** Who is told. */
  interface Listener {
    /**
     * A directory moved, and has arrived somewhere or was lost.
     *
     * @throws ErrnoException if what follows from that cannot be done
     */
    void directoryMoved() throws ErrnoException;

    /**
     * It is not known what moved, or where it is.
     *
     * @throws ErrnoException if what follows from that cannot be done
     */
    void lost() throws ErrnoException;

    /** {@code directory}, of which {@link #tellFiles} asked, may hold another file, or owner. */
    void filesChanged(Directory directory);

    /** A file or directory is at {@code name} in {@code parent} now, which stays open meanwhile. */
    void arrived(Directory parent, byte[] name, boolean isDirectory);
  }

  private final FanotifyGroup group;
  private final NativeBuffer buffer = new NativeBuffer(BUFFER);
  private final FanotifyNames names = new FanotifyNames();

  private Moves(FanotifyGroup group) {
    this.group = group;
  }

  /**
   * Begins to listen on the file system that {@code directory} is on.
   *
   * @throws ErrnoException if the kernel or the file system cannot tell
   */
  static Moves on(Directory directory) throws ErrnoException {
    FanotifyGroup group = FanotifyGroup.open(FanotifyGroup.Kind.NAMES);
    try {
      long moves = FanotifyMask.FAN_MOVED_TO | FanotifyMask.FAN_ONDIR;
      group.mark(MarkType.FILESYSTEM, moves, directory.fd());
      return new Moves(group);
    } catch (ErrnoException e) {
      group.close();
      throw e;
    }
  }

  /** Has told what becomes of the files in {@code directory}: new names, owners and modes. */
  void tellFiles(Directory directory) throws ErrnoException {
    group.mark(MarkType.INODE, FILES, directory.fd());
  }

  /** Takes back what {@link #tellFiles} asked for. */
  void tellNoFiles() throws ErrnoException {
    group.flushInodeMarks();
  }

  /** Returns what becomes readable when something was moved. */
  Fd fd() {
    return group.fd();
  }

  /** Reads at most one buffer of what was moved; returns false if there is nothing. */
  boolean read() throws ErrnoException {
    int length = group.read(buffer);
    names.over(buffer.bytes(), length);
    return length > 0;
  }

  /**
   * Tells {@code listener} what was read.
   *
   * @param onSameFilesystem any open directory of the file system
   */
  void tell(Directory onSameFilesystem, Listener listener) throws ErrnoException {
    while (names.next()) {
      boolean isMove = (names.mask() & FanotifyMask.FAN_MOVED_TO) != 0;
      if (names.isOverflow()) {
        listener.lost();
      } else if (isMove && names.isDirectory()) {
        listener.directoryMoved();
      }
      while (names.nextPlace()) {
        tellPlace(onSameFilesystem, listener);
      }
    }
  }

  private void tellPlace(Directory onSameFilesystem, Listener listener) throws ErrnoException {
    try (Directory parent = onSameFilesystem.openByHandle(names.handleType(), names.handle())) {
      if ((names.mask() & FILES) != 0) {
        listener.filesChanged(parent);
      }
      if ((names.mask() & FanotifyMask.FAN_MOVED_TO) != 0) {
        listener.arrived(parent, names.name(), names.isDirectory());
      }
    } catch (ErrnoException e) {
      if (names.isDirectory()) {
        listener.lost(); // its parent is gone, or moved itself
      }
    }
  }

  @Override
  public void close() {
    group.close();
  }
}
