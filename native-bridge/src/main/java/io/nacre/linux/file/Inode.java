package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;

/**
 * Changes of owner, mode and times of an open file, and its synchronisation with the disk. The
 * descriptor must be open for reading at least.
 */
public final class Inode {
  private static final int TIMESPEC_SIZE = 16;
  private static final int NSEC = 8;

  private Inode() {}

  /** Sets the permissions, with set-user-ID, set-group-ID and sticky bit. */
  public static void setMode(int fd, int mode) throws ErrnoException {
    orThrow("fchmod", InodeLib.fchmod(fd, mode));
  }

  /** Sets owner and group; the kernel removes set-user-ID and file capabilities. */
  public static void setOwner(int fd, int uid, int gid) throws ErrnoException {
    orThrow("fchown", InodeLib.fchown(fd, uid, gid));
  }

  /** Sets the times of the last access and change, each in seconds and nanoseconds to add. */
  public static void setTimes(
      int fd, long accessedSeconds, int accessedNanos, long modifiedSeconds, int modifiedNanos)
      throws ErrnoException {
    NativeBuffer times = new NativeBuffer(2 * TIMESPEC_SIZE);
    times.bytes().putLong(0, accessedSeconds).putLong(NSEC, accessedNanos);
    times
        .bytes()
        .putLong(TIMESPEC_SIZE, modifiedSeconds)
        .putLong(TIMESPEC_SIZE + NSEC, modifiedNanos);
    int failed = InodeLib.futimens(fd, times.address());
    Reference.reachabilityFence(times);
    orThrow("futimens", failed);
  }

  /**
   * Waits until the disk has the file, or the names of the directory, that {@code fd} is open on.
   */
  public static void sync(int fd) throws ErrnoException {
    orThrow("fsync", InodeLib.fsync(fd));
  }

  private static void orThrow(String call, int failed) throws ErrnoException {
    if (failed < 0) {
      throw ErrnoException.last(call);
    }
  }
}
