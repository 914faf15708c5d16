package io.nacre.linux.fanotify;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.PathBuffer;
import io.nacre.linux.file.OpenFlags;

/**
 * A fanotify group: the kernel's queue of events for our marks, behind one descriptor.
 *
 * <p>Marks and responses may be made from any thread; several threads may read, each with a buffer
 * of its own. Closing the group makes the kernel allow every request that still waits.
 */
public final class FanotifyGroup implements AutoCloseable {

  /** Whether the processes that raise events wait for us. */
  public enum Kind {
    /** They wait: {@code FAN_CLASS_CONTENT}. */
    PERMISSION(0x04),
    /** They do not: {@code FAN_CLASS_NOTIF}. */
    NOTIFICATION(0x00);

    private final int flag;

    Kind(int flag) {
      this.flag = flag;
    }
  }

  private static final int FAN_CLOEXEC = 0x01;
  private static final int FAN_NONBLOCK = 0x02;
  private static final int FAN_UNLIMITED_QUEUE = 0x10;
  private static final int FAN_UNLIMITED_MARKS = 0x20;
  private static final int FAN_REPORT_FD_ERROR = 0x2000;

  private static final int FAN_MARK_ADD = 0x01;
  private static final int FAN_MARK_REMOVE = 0x02;

  private final Fd fd;
  private final ThreadLocal<NativeBuffer> response =
      ThreadLocal.withInitial(() -> new NativeBuffer(FanotifyResponse.SIZE));

  private FanotifyGroup(Fd fd) {
    this.fd = fd;
  }

  /**
   * Opens a group. The queue has no limit: a full one would allow permission events silently.
   *
   * @throws ErrnoException {@code EPERM} without {@code CAP_SYS_ADMIN} in the first user namespace,
   *     {@code ENOSYS} on a kernel without fanotify
   */
  public static FanotifyGroup open(Kind kind) throws ErrnoException {
    int flags = kind.flag | FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS;
    int eventFlags =
        OpenFlags.O_RDONLY | OpenFlags.O_LARGEFILE | OpenFlags.O_CLOEXEC | OpenFlags.O_NOATIME;
    // With FD_ERROR a descriptor the kernel could not open is an event that says why (Linux 6.13).
    int group = FanotifyLib.fanotify_init(flags | FAN_REPORT_FD_ERROR, eventFlags);
    if (group < 0 && ErrnoException.lastErrno() == Errno.EINVAL) {
      group = FanotifyLib.fanotify_init(flags, eventFlags);
    }
    return new FanotifyGroup(Fd.orThrow("fanotify_init", group));
  }

  /** A group over {@code fd}, a socket that stands in for the kernel; takes ownership. */
  public static FanotifyGroup over(Fd fd) {
    return new FanotifyGroup(fd);
  }

  /** Returns the descriptor to wait for and to read from. */
  public Fd fd() {
    return fd;
  }

  /**
   * Reads as many whole events as fit into {@code buffer}, without waiting.
   *
   * @return the number of bytes for {@link FanotifyEvents#over}, 0 if there is no event
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

  /** Adds {@code mask} to the mark on what {@code target} is open on, without any path look-up. */
  public void mark(MarkType type, long mask, Fd target) throws ErrnoException {
    change(FAN_MARK_ADD | type.flag(), mask, target.number(), 0);
  }

  /** Adds {@code mask} to the mark on {@code path}, which is looked up from the root. */
  public void mark(MarkType type, long mask, byte[] path) throws ErrnoException {
    change(FAN_MARK_ADD | type.flag(), mask, OpenFlags.AT_FDCWD, PathBuffer.address(path));
  }

  /** Takes {@code mask} off the mark on what {@code target} is open on. */
  public void unmark(MarkType type, long mask, Fd target) throws ErrnoException {
    change(FAN_MARK_REMOVE | type.flag(), mask, target.number(), 0);
  }

  /** Closes the group: its marks go, and whoever waits is allowed. */
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
