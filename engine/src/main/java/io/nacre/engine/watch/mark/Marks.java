package io.nacre.engine.watch.mark;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkType;

/**
 * Marks for the events the engine wants, on one group.
 *
 * @param events the event bits
 */
public record Marks(FanotifyGroup group, long events) {

  /** Marks one directory: the events of the files in it, not of those further down. */
  public void addDirectory(Fd directory) throws ErrnoException {
    group.mark(MarkType.INODE, events | FanotifyMask.FAN_EVENT_ON_CHILD, directory);
  }

  /** Takes the mark of one directory off. */
  public void removeDirectory(Fd directory) throws ErrnoException {
    group.unmark(MarkType.INODE, events | FanotifyMask.FAN_EVENT_ON_CHILD, directory);
  }

  /** Keeps the events of the files in a directory away, whatever other marks ask for. */
  public void ignoreDirectory(Fd directory) throws ErrnoException {
    group.setLastingIgnoreMark(MarkType.INODE, events | FanotifyMask.FAN_EVENT_ON_CHILD, directory);
  }

  /** Lets the events of the files in a directory come again. */
  public void hearDirectory(Fd directory) throws ErrnoException {
    group.clearLastingIgnoreMark(
        MarkType.INODE, events | FanotifyMask.FAN_EVENT_ON_CHILD, directory);
  }

  /** Returns whether whoever opens a file waits for our answer. */
  public boolean holdUpOpens() {
    return (events & FanotifyMask.FAN_OPEN_PERM) != 0;
  }

  /** Marks the whole file system, or the whole mount, that {@code directory} is on. */
  public void addWhole(MarkType type, Fd directory) throws ErrnoException {
    group.mark(type, events, directory);
  }

  /** Takes the mark of a whole file system or mount off. */
  public void removeWhole(MarkType type, Fd directory) throws ErrnoException {
    group.unmark(type, events, directory);
  }
}
