package io.nacre.engine.watch.filesystem;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.FanotifyNames;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Directory;

/**
 * The source of move events, and of events of chosen directories, on one file system. Belongs to
 * one actor.
 */
final class Moves implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;
  private static final long FILES =
      FanotifyMask.FAN_CREATE | FanotifyMask.FAN_ATTRIB | FanotifyMask.FAN_EVENT_ON_CHILD;

  /** The receiver of the events. */
  interface Listener {
    /**
     * A directory moved, and has arrived somewhere or was lost.
     *
     * @throws ErrnoException if the reaction to it fails
     */
    void directoryMoved() throws ErrnoException;

    /**
     * Something moved, but what moved or where it is now is not known.
     *
     * @throws ErrnoException if the reaction to it fails
     */
    void lost() throws ErrnoException;

    /**
     * {@code directory}, which {@link #tellFiles} chose, may hold another file, or a file of
     * another owner or mode.
     */
    void filesChanged(Directory directory);

    /**
     * A file or directory is at {@code name} in {@code parent} now; {@code parent} stays open
     * during the call.
     */
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
   * @throws ErrnoException if the kernel or the file system does not support such events
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

  /** Requests the events of the files in {@code directory}: new names, owners and modes. */
  void tellFiles(Directory directory) throws ErrnoException {
    group.mark(MarkType.INODE, FILES, directory.fd());
  }

  /** Cancels what {@link #tellFiles} requested. */
  void tellNoFiles() throws ErrnoException {
    group.flushInodeMarks();
  }

  /** Returns the descriptor that becomes readable when something was moved. */
  Fd fd() {
    return group.fd();
  }

  /** Reads at most one buffer of events; returns false if there are none. */
  boolean read() throws ErrnoException {
    int length = group.read(buffer);
    names.over(buffer.bytes(), length);
    return length > 0;
  }

  /**
   * Passes the events that were read to {@code listener}.
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
