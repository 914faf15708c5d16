package io.nacre.engine.watch.mark;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Statx;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The marks for the events that the engine wants, on one group; for any thread.
 *
 * <p>A mark that another mark covers loses its events, and is not deleted. While the kernel deletes
 * a mark that an open waits by, it allows every other open that this mark is for, though another
 * mark is for it as well.
 *
 * @param events the event bits
 * @param wholeDevices the file systems that have ever had a mark as a whole, or on a mount
 */
public record Marks(FanotifyGroup group, long events, Set<Long> wholeDevices) {

  /** The marks of {@code group}, which has no mark on a whole file system yet. */
  public Marks(FanotifyGroup group, long events) {
    this(group, events, ConcurrentHashMap.newKeySet());
  }

  /** Marks one directory: the events of the files in it, not of those further down. */
  public void addDirectory(Fd directory) throws ErrnoException {
    group.mark(MarkType.INODE, directoryEvents(), directory);
  }

  /** Removes the mark of one directory, or only its events if another mark may cover it. */
  public void removeDirectory(Fd directory) throws ErrnoException {
    removeEvents(MarkType.INODE, directoryEvents(), directory);
  }

  /** Suppresses the events of the files in a directory, whatever other marks request. */
  public void ignoreDirectory(Fd directory) throws ErrnoException {
    group.setLastingIgnoreMark(MarkType.INODE, directoryEvents(), directory);
  }

  /** Clears the ignore mark of a directory, so that the files in it raise events again. */
  public void unignoreDirectory(Fd directory) throws ErrnoException {
    group.clearLastingIgnoreMark(MarkType.INODE, directoryEvents(), directory);
  }

  private long directoryEvents() {
    return events | FanotifyMask.FAN_EVENT_ON_CHILD;
  }

  /** Returns whether the opener of a file waits for the engine's answer. */
  public boolean holdUpOpens() {
    return (events & FanotifyMask.FAN_OPEN_PERM) != 0;
  }

  /** Marks the whole file system, or the whole mount, that {@code directory} is on. */
  public void addWhole(MarkType type, Fd directory) throws ErrnoException {
    wholeDevices.add(device(directory)); // before the mark, so that none under it is deleted
    group.mark(type, events, directory);
  }

  /** Removes the events from the mark of a whole file system or mount. */
  public void removeWhole(MarkType type, Fd directory) throws ErrnoException {
    removeEvents(type, events, directory);
  }

  /** Removes {@code unwanted} from a mark, which is deleted only if no other mark may cover it. */
  public void removeEvents(MarkType type, long unwanted, Fd directory) throws ErrnoException {
    if (type != MarkType.INODE || wholeDevices.contains(device(directory))) {
      keepWithoutEvents(type, directory);
    }
    group.unmark(type, unwanted, directory);
  }

  /** Ignores an event that no mark wants, which has no effect but that the mark stays. */
  private void keepWithoutEvents(MarkType type, Fd directory) throws ErrnoException {
    try {
      group.retainWithoutEvents(type, FanotifyMask.FAN_ACCESS, directory);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL) { // not supported before Linux 6.0
        throw e;
      }
    }
  }

  private static long device(Fd directory) throws ErrnoException {
    return new Statx().identify(directory.number()).device();
  }
}
