package io.nacre.linux.fanotify;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.OpenFlags;

/**
 * Tells whether anybody can write a file now: has it open for writing, or mapped from such a
 * descriptor, whether that is still open or not.
 *
 * <p>The kernel accepts an ignore mark that ends with the next write, and sets none, on a file
 * somebody can write; whether there is one is seen when it is taken off again. The marks belong to
 * a group of their own, in which no event is ever raised, so nobody else is affected.
 *
 * <p>For any thread; one question at a time, since the mark of another would be taken for our own.
 * Ask only about files of local file systems: the kernel asks for permission to read the file, and
 * a FUSE daemon may be asked for that. An overlay does not know of a mapping whose descriptor is
 * closed.
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

  /** Returns whether anybody can write the regular file {@code fd} is open on. */
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
