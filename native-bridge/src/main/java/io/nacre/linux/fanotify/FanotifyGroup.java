package io.nacre.linux.fanotify;

import io.nacre.linux.DescriptorLink;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.PathBuffer;
import io.nacre.linux.file.OpenFlags;

/**
 * A fanotify group: the kernel's queue of events for our marks, behind one descriptor.
 *
 * <p>Any thread may add marks and respond. Several threads may read, each with a buffer of its own.
 * When the group is closed the kernel allows every request that still waits.
 */
public final class FanotifyGroup implements AutoCloseable {

  private static final int FAN_CLOEXEC = 0x01;
  private static final int FAN_NONBLOCK = 0x02;
  private static final int FAN_CLASS_NOTIF = 0x00;
  private static final int FAN_CLASS_CONTENT = 0x04;
  private static final int FAN_UNLIMITED_QUEUE = 0x10;
  private static final int FAN_UNLIMITED_MARKS = 0x20;
  private static final int FAN_REPORT_TID = 0x100;
  private static final int FAN_REPORT_FID = 0x200;
  private static final int FAN_REPORT_DIR_FID = 0x400;
  private static final int FAN_REPORT_NAME = 0x800;
  private static final int FAN_REPORT_FD_ERROR = 0x2000;

  private static final int FAN_MARK_ADD = 0x01;
  private static final int FAN_MARK_REMOVE = 0x02;
  private static final int FAN_MARK_IGNORED_MASK = 0x20;
  private static final int FAN_MARK_IGNORED_SURV_MODIFY = 0x40;
  private static final int FAN_MARK_FLUSH = 0x80;
  private static final int FAN_MARK_EVICTABLE = 0x200;
  private static final int FAN_MARK_IGNORE = 0x400;

  /** What an event of a group has, and whether the process that raises it waits for an answer. */
  public enum Kind {
    /**
     * The process waits, and an event has a descriptor of the file. The queue has no limit, since a
     * full one would allow permission events silently.
     */
    PERMISSION(FAN_CLASS_CONTENT | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS, FAN_REPORT_FD_ERROR),
    /** The process does not wait, and an event has a descriptor of the file. */
    NOTIFICATION(FAN_CLASS_NOTIF | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS, FAN_REPORT_FD_ERROR),
    /**
     * The process does not wait. An event has a descriptor of the file and, instead of the process,
     * the thread that raised it (Linux 4.20). The queue is bounded and reports its overflow.
     */
    THREADS(FAN_CLASS_NOTIF | FAN_REPORT_TID, FAN_REPORT_FD_ERROR),
    /**
     * The process does not wait. An event has the handle of a directory and a name in it, for
     * {@link FanotifyNames} (Linux 5.9). The queue is bounded and reports its overflow.
     */
    NAMES(FAN_CLASS_NOTIF | FAN_REPORT_DIR_FID | FAN_REPORT_NAME, 0),
    /**
     * The process does not wait. An event has the handle of the file itself, for {@link
     * FanotifyNames} (Linux 5.1). The queue is bounded and reports its overflow.
     */
    HANDLES(FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_UNLIMITED_MARKS, 0);

    private final int flags;

    /** Flags that are left out on a kernel that does not know them. */
    private final int optional;

    Kind(int flags, int optional) {
      this.flags = flags;
      this.optional = optional;
    }
  }

  private static final ThreadLocal<DescriptorLink> LINK =
      ThreadLocal.withInitial(DescriptorLink::new);

  private final Fd fd;

  /** The flags of an ignore mark; fewer once the kernel has refused some. */
  private volatile int ignoreFlags = FAN_MARK_IGNORE | FAN_MARK_EVICTABLE;

  /** Whether no mark is removed; see {@link #keepMarks}. */
  private volatile boolean keepsMarks;

  private final ThreadLocal<NativeBuffer> response =
      ThreadLocal.withInitial(() -> new NativeBuffer(FanotifyResponse.SIZE));

  private FanotifyGroup(Fd fd) {
    this.fd = fd;
  }

  /**
   * Opens a group.
   *
   * @throws ErrnoException {@code EPERM} without {@code CAP_SYS_ADMIN} in the first user namespace,
   *     {@code ENOSYS} on a kernel without fanotify
   */
  public static FanotifyGroup open(Kind kind) throws ErrnoException {
    int flags = kind.flags | FAN_CLOEXEC | FAN_NONBLOCK;
    int eventFlags =
        OpenFlags.O_RDONLY | OpenFlags.O_LARGEFILE | OpenFlags.O_CLOEXEC | OpenFlags.O_NOATIME;
    // With FD_ERROR a descriptor the kernel could not open is an event that says why (Linux 6.13).
    int group = FanotifyLib.fanotify_init(flags | kind.optional, eventFlags);
    if (group < 0 && kind.optional != 0 && ErrnoException.lastErrno() == Errno.EINVAL) {
      group = FanotifyLib.fanotify_init(flags, eventFlags);
    }
    return new FanotifyGroup(Fd.orThrow("fanotify_init", group));
  }

  /** A group over {@code fd}, a socket in place of the kernel; takes ownership. */
  public static FanotifyGroup over(Fd fd) {
    return new FanotifyGroup(fd);
  }

  /** Returns the descriptor to wait for and to read from. */
  public Fd fd() {
    return fd;
  }

  /**
   * Makes this object the group that {@code other} is a descriptor of, in one step; the group that
   * it was before is closed. The owner of {@code other} still closes it.
   */
  public void replaceBy(Fd other) throws ErrnoException {
    fd.replaceBy(other);
  }

  /**
   * Sets whether marks stay that would be removed, because two processes share the group and one of
   * them may need a mark that the other does not. Ignore marks are removed nevertheless.
   */
  public void keepMarks(boolean areKept) {
    keepsMarks = areKept;
  }

  /**
   * Reads as many whole events as fit into {@code buffer}, without waiting.
   *
   * @return the number of bytes for {@link FanotifyEvents#over} or {@link FanotifyNames#over}, 0 if
   *     there is no event
   */
  public int read(NativeBuffer buffer) throws ErrnoException {
    return fd.read(buffer);
  }

  /**
   * Answers the event whose descriptor is {@code eventFd}; close that only afterwards.
   *
   * @throws ErrnoException {@code ENOENT} if it is answered already
   */
  public void respond(int eventFd, Response answer) throws ErrnoException {
    NativeBuffer buffer = response.get();
    FanotifyResponse.put(buffer.bytes(), 0, eventFd, answer);
    if (FanotifyLib.write(fd.number(), buffer.address(), FanotifyResponse.SIZE) < 0) {
      throw ErrnoException.last("write");
    }
  }

  /**
   * Answers all events that were read and not answered, by any process, and whose descriptors have
   * numbers {@code from} up to {@code to}. The kernel finds such an event by its number alone.
   *
   * @return the number of events
   */
  public int respondToNumbers(int from, int to, Response answer) {
    NativeBuffer buffer = response.get();
    int answered = 0;
    for (int number = from; number < to; number++) {
      FanotifyResponse.put(buffer.bytes(), 0, number, answer);
      if (FanotifyLib.write(fd.number(), buffer.address(), FanotifyResponse.SIZE) >= 0) {
        answered++;
      }
    }
    return answered;
  }

  /** Adds {@code mask} to the mark on what {@code target} is open on, without any path look-up. */
  public void mark(MarkType type, long mask, Fd target) throws ErrnoException {
    change(FAN_MARK_ADD | type.flag(), mask, target.number(), 0);
  }

  /** Adds {@code mask} to the mark on {@code path}, which is looked up from the root. */
  public void mark(MarkType type, long mask, byte[] path) throws ErrnoException {
    change(FAN_MARK_ADD | type.flag(), mask, OpenFlags.AT_FDCWD, PathBuffer.address(path));
  }

  /** Removes {@code mask} from the mark on what {@code target} is open on. */
  public void unmark(MarkType type, long mask, Fd target) throws ErrnoException {
    if (keepsMarks) {
      return;
    }
    change(FAN_MARK_REMOVE | type.flag(), mask, target.number(), 0);
  }

  /**
   * Sets an ignore mark on what {@code target} is open on, so that the events of {@code mask} are
   * not raised for this group, whatever other marks say. With {@code FAN_EVENT_ON_CHILD} it is for
   * the files in a directory.
   *
   * <p>The mark stays when a file is modified, and moves with its directory. When the kernel needs
   * memory it may drop the mark of an inode, and raises the events again.
   *
   * @throws ErrnoException {@code EINVAL} on a kernel before 6.0, or 5.15.154 or 5.10.220
   */
  public void setLastingIgnoreMark(MarkType type, long mask, Fd target) throws ErrnoException {
    int evictable = type == MarkType.INODE ? FAN_MARK_EVICTABLE : 0;
    int ignore = FAN_MARK_IGNORE | FAN_MARK_IGNORED_SURV_MODIFY | evictable;
    change(FAN_MARK_ADD | ignore | type.flag(), mask, target.number(), 0);
  }

  /**
   * Adds {@code ignored} to a mark that raises events, so that it is not deleted when its last
   * event is removed. The mark of an inode keeps the inode in memory, as before.
   *
   * @param ignored an event that no mark of the group is for
   * @throws ErrnoException {@code EINVAL} on a kernel before 6.0, or 5.15.154 or 5.10.220
   */
  public void retainWithoutEvents(MarkType type, long ignored, Fd target) throws ErrnoException {
    int ignore = FAN_MARK_IGNORE | FAN_MARK_IGNORED_SURV_MODIFY;
    change(FAN_MARK_ADD | ignore | type.flag(), ignored, target.number(), 0);
  }

  /** Removes {@code mask} from a mark of {@link #setLastingIgnoreMark}. */
  public void clearLastingIgnoreMark(MarkType type, long mask, Fd target) throws ErrnoException {
    change(FAN_MARK_REMOVE | FAN_MARK_IGNORE | type.flag(), mask, target.number(), 0);
  }

  /**
   * Adds {@code mask} to the mark on the file {@code target} is open on. If the kernel {@link
   * #hasEvictableMarks}, it may drop that mark with the inode when it needs memory.
   */
  public void markEvictable(long mask, Fd target) throws ErrnoException {
    int evictable = ignoreFlags & FAN_MARK_EVICTABLE;
    try {
      change(FAN_MARK_ADD | evictable, mask, target.number(), 0);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL || evictable == 0) {
        throw e;
      }
      ignoreFlags = FAN_MARK_IGNORED_MASK; // FAN_MARK_IGNORE came later
      markEvictable(mask, target);
    }
  }

  /**
   * Sets an ignore mark on the file {@code target} is open on, so that the events of {@code mask}
   * are not raised for this group, whatever other marks say. A write or a truncation removes it.
   *
   * <p>Neither a store through a shared mapping nor one by io_submit(2) removes it. While a process
   * can write the file the kernel sets no mark, and reports no error: see {@link WriterProbe}. If
   * the kernel {@link #hasEvictableMarks}, it may drop the mark when it needs memory.
   */
  public void setIgnoreMarkUntilModified(long mask, Fd target) throws ErrnoException {
    int flags = ignoreFlags;
    try {
      change(FAN_MARK_ADD | flags, mask, target.number(), 0);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL || flags == FAN_MARK_IGNORED_MASK) {
        throw e;
      }
      ignoreFlags = fewer(flags);
      setIgnoreMarkUntilModified(mask, target);
    }
  }

  /** IGNORE came with Linux 6.0, EVICTABLE with 5.19; both with 5.15.154 and 5.10.220. */
  private static int fewer(int flags) {
    return (flags & FAN_MARK_IGNORE) != 0
        ? FAN_MARK_IGNORED_MASK | FAN_MARK_EVICTABLE
        : FAN_MARK_IGNORED_MASK;
  }

  /**
   * Clears the mark of {@link #setIgnoreMarkUntilModified}.
   *
   * @return false if there is no mark any more
   */
  public boolean clearIgnoreMark(long mask, Fd target) throws ErrnoException {
    return clearIgnoreMark(mask, target.number(), 0);
  }

  /** Clears the mark of a file that is not open: {@code path} is a descriptor of O_PATH. */
  public boolean clearIgnoreMarkAtPath(long mask, Fd path) throws ErrnoException {
    return clearIgnoreMark(mask, OpenFlags.AT_FDCWD, LINK.get().address(path.number()));
  }

  private boolean clearIgnoreMark(long mask, int dirfd, long path) throws ErrnoException {
    try {
      change(FAN_MARK_REMOVE | (ignoreFlags & ~FAN_MARK_EVICTABLE), mask, dirfd, path);
      return true;
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      return false;
    }
  }

  /** Removes {@code mask} from the mark on a file that is not open: {@code path} is of O_PATH. */
  public void unmarkAtPath(long mask, Fd path) throws ErrnoException {
    if (keepsMarks) {
      return;
    }
    change(FAN_MARK_REMOVE, mask, OpenFlags.AT_FDCWD, LINK.get().address(path.number()));
  }

  /**
   * Returns whether the kernel may drop the marks of {@link #setIgnoreMarkUntilModified}. Before
   * Linux 5.19 each keeps its inode in memory.
   */
  public boolean hasEvictableMarks() {
    return (ignoreFlags & FAN_MARK_EVICTABLE) != 0;
  }

  /** Removes every mark on files and directories; marks on mounts and file systems stay. */
  public void flushInodeMarks() throws ErrnoException {
    if (keepsMarks) {
      return;
    }
    change(FAN_MARK_FLUSH, 0, OpenFlags.AT_FDCWD, 0);
  }

  /** Closes the group: its marks are removed, and processes that wait are allowed. */
  @Override
  public void close() {
    fd.close();
  }

  private void change(int flags, long mask, int dirfd, long path) throws ErrnoException {
    if (FanotifyLib.fanotify_mark(fd.number(), flags, mask, dirfd, path) < 0) {
      throw ErrnoException.last("fanotify_mark");
    }
  }
}
