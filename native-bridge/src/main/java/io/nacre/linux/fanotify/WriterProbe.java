package io.nacre.linux.fanotify;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.OpenFlags;

/**
 * Finds out whether a file has a writer: a process that has it open for writing, or mapped from
 * such a descriptor, even if that is closed by now.
 *
 * <p>On a file with a writer the kernel accepts an ignore mark that ends with the next write, but
 * sets none. So a mark that cannot be removed again shows a writer. The marks belong to a group of
 * their own, in which no event is ever raised.
 *
 * <p>For any thread; one probe at a time, since two would see each other's mark. For files of local
 * file systems only: the kernel checks the permission to read the file, which a FUSE daemon may
 * have to answer. An overlay does not count a mapping whose descriptor is closed.
 */
public final class WriterProbe implements AutoCloseable {
  private static final int FAN_CLOEXEC = 0x01;
  private static final int FAN_NONBLOCK = 0x02;
  private static final int FAN_UNLIMITED_MARKS = 0x20;

  private static final int FAN_MARK_ADD = 0x01;
  private static final int FAN_MARK_REMOVE = 0x02;
  private static final int FAN_MARK_IGNORED_MASK = 0x20;

  private final Fd group;

  private WriterProbe(Fd group) {
    this.group = group;
  }

  /**
   * Opens a probe.
   *
   * @throws ErrnoException {@code EPERM} without {@code CAP_SYS_ADMIN}, {@code EMFILE} with too
   *     many groups
   */
  public static WriterProbe open() throws ErrnoException {
    int flags = FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_MARKS;
    return new WriterProbe(
        Fd.orThrow("fanotify_init", FanotifyLib.fanotify_init(flags, OpenFlags.O_RDONLY)));
  }

  /** Returns whether a process can write the regular file {@code fd} is open on. */
  public synchronized boolean hasWriter(int fd) throws ErrnoException {
    if (!group.isOpen()) {
      throw new ErrnoException("fanotify_mark", Errno.EBADF);
    }
    if (mark(FAN_MARK_ADD, fd) < 0) {
      throw ErrnoException.last("fanotify_mark");
    }
    if (mark(FAN_MARK_REMOVE, fd) == 0) {
      return false;
    }
    int errno = ErrnoException.lastErrno();
    if (errno != Errno.ENOENT) {
      throw new ErrnoException("fanotify_mark", errno);
    }
    return true;
  }

  @Override
  public synchronized void close() {
    group.close();
  }

  private int mark(int change, int fd) {
    return FanotifyLib.fanotify_mark(
        group.number(), change | FAN_MARK_IGNORED_MASK, FanotifyMask.FAN_OPEN, fd, 0);
  }
}
