package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The list of file leases in {@code /proc/locks}: the opener of a leased file may wait for its
 * holder, up to {@code fs.lease-break-time}. Belongs to one thread.
 *
 * <p>Leases of other process namespaces are not listed, and a lease may be taken right after the
 * list was read. So the list avoids most waits, and excludes none.
 */
public final class FileLocks implements AutoCloseable {
  private static final String LEASE = " LEASE ";

  /** When there are more locks than fit, every file counts as leased. */
  private final NativeBuffer buffer = new NativeBuffer(64 * 1024);

  private final Fd locks;

  private FileLocks(Fd locks) {
    this.locks = locks;
  }

  /** Opens the list; each query reads its present state. */
  public static FileLocks open() throws ErrnoException {
    NativeBuffer path = NativeBuffer.cString("/proc/locks".getBytes(StandardCharsets.US_ASCII));
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC;
    return new FileLocks(
        Fd.orThrow("open", FileLib.openat(OpenFlags.AT_FDCWD, path.address(), flags)));
  }

  /** Returns whether a file with this inode number may be leased, on any device. */
  public boolean mayBeLeased(long inode) throws ErrnoException {
    int length = 0;
    int read;
    do {
      read = Fd.readAt(locks.number(), length, buffer, length, buffer.capacity() - length);
      length += read;
    } while (read > 0 && length < buffer.capacity());
    return length > 0
        && (length == buffer.capacity()
            || hasLease(new String(buffer.copy(0, length), StandardCharsets.US_ASCII), inode));
  }

  /**
   * Returns whether {@code locks} has a lease of {@code inode}. The device is not compared: on some
   * file systems it differs from the one of statx(2).
   */
  static boolean hasLease(String locks, long inode) {
    // "1: LEASE  ACTIVE    WRITE 1234 00:2a:12345 0 EOF", proc_locks(5)
    return locks.contains(LEASE)
        && locks.lines().anyMatch(line -> line.contains(LEASE) && line.contains(":" + inode + " "));
  }

  @Override
  public void close() {
    locks.close();
  }
}
