package io.nacre.engine.watch.mark;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkType;

/**
 * The marks for the events that the engine wants, on one group.
 *
 * @param events the event bits
 */
public record Marks(FanotifyGroup group, long events) {

  /** Marks one directory: the events of the files in it, not of those further down. */
  public void addDirectory(Fd directory) throws ErrnoException {
    group.mark(MarkType.INODE, events | FanotifyMask.FAN_EVENT_ON_CHILD, directory);
  }

  /** Removes the mark of one directory. */
  public void removeDirectory(Fd directory) throws ErrnoException {
    group.unmark(MarkType.INODE, events | FanotifyMask.FAN_EVENT_ON_CHILD, directory);
  }

  /** Suppresses the events of the files in a directory, whatever other marks request. */
  public void ignoreDirectory(Fd directory) throws ErrnoException {
    group.setLastingIgnoreMark(MarkType.INODE, events | FanotifyMask.FAN_EVENT_ON_CHILD, directory);
  }

  /** Clears the ignore mark of a directory, so that the files in it raise events again. */
  public void unignoreDirectory(Fd directory) throws ErrnoException {
    group.clearLastingIgnoreMark(
        MarkType.INODE, events | FanotifyMask.FAN_EVENT_ON_CHILD, directory);
  }

  /** Returns whether the opener of a file waits for the engine's answer. */
  public boolean holdUpOpens() {
    return (events & FanotifyMask.FAN_OPEN_PERM) != 0;
  }

  /** Marks the whole file system, or the whole mount, that {@code directory} is on. */
  public void addWhole(MarkType type, Fd directory) throws ErrnoException {
    group.mark(type, events, directory);
  }

  /**
   * Removes the events from the mark of a whole file system or mount.
   *
   * <p>The mark itself stays, without any event. While the kernel deletes a mark that an open waits
   * by, it allows every other open that this mark is for, though another mark is for it as well.
   */
  public void removeWhole(MarkType type, Fd directory) throws ErrnoException {
    try {
      // The marks that protect want no such event, so that ignoring it only keeps the mark.
      group.setLastingIgnoreMark(type, FanotifyMask.FAN_ACCESS, directory);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL) { // not supported before Linux 6.0
        throw e;
      }
    }
    group.unmark(type, events, directory);
  }
}
