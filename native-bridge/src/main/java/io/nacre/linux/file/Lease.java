package io.nacre.linux.file;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;

/**
 * Read leases, as in fcntl(2): while one is held, a process that opens the file for writing waits.
 *
 * <p>The kernel notifies the holder by a signal. The default, {@code SIGIO}, would end the JVM, so
 * a signal is chosen that is ignored by default.
 */
public final class Lease {
  private static final int F_SETSIG = 10;
  private static final int SIGURG = 23;
  private static final int F_SETLEASE = 1024;
  private static final int F_GETLEASE = 1025;
  private static final long F_RDLCK = 0;
  private static final long F_UNLCK = 2;

  private Lease() {}

  /**
   * Takes a read lease on the file {@code fd} is open on.
   *
   * @return false if a process has the file open for writing
   */
  public static boolean tryRead(Fd fd) throws ErrnoException {
    if (FileLib.fcntl(fd.number(), F_SETSIG, SIGURG) < 0) {
      throw ErrnoException.last("fcntl");
    }
    return take(fd);
  }

  /** Takes a read lease, with the present signal and its present receiver. */
  static boolean take(Fd fd) throws ErrnoException {
    if (FileLib.fcntl(fd.number(), F_SETLEASE, F_RDLCK) < 0) {
      int errno = ErrnoException.lastErrno();
      if (errno == Errno.EAGAIN) {
        return false;
      }
      throw new ErrnoException("fcntl", errno);
    }
    return true;
  }

  /** Gives the lease back, so that a waiting writer goes on. */
  public static void release(Fd fd) throws ErrnoException {
    if (FileLib.fcntl(fd.number(), F_SETLEASE, F_UNLCK) < 0) {
      throw ErrnoException.last("fcntl");
    }
  }

  /** Returns true while the read lease is held and no writer waits for it. */
  public static boolean isHeld(Fd fd) throws ErrnoException {
    int held = FileLib.fcntl(fd.number(), F_GETLEASE, 0);
    if (held < 0) {
      throw ErrnoException.last("fcntl");
    }
    return held == F_RDLCK;
  }
}
