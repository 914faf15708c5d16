package io.nacre.linux.file;

import io.nacre.linux.DescriptorLink;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;

/**
 * The path the kernel knows for an open descriptor, by readlink(2) of {@code /proc/self/fd/N}.
 *
 * <p>Opens nothing, and procfs cannot be marked, so this is safe while a process waits for an
 * answer. The path is the opener's, which may be in another mount namespace. The kernel refuses a
 * path longer than a page. Belongs to one thread.
 */
public final class DescriptorPath {
  /** The kernel's own buffer for a path is one page. */
  private static final int PATH_MAX = 4096;

  private final DescriptorLink link = new DescriptorLink();
  private final NativeBuffer path = new NativeBuffer(PATH_MAX + 1);
  private int length;

  /**
   * Reads the path of {@code fd}.
   *
   * @throws ErrnoException {@code ENAMETOOLONG} if it does not fit a page
   */
  public DescriptorPath read(int fd) throws ErrnoException {
    length = 0;
    long count = FileLib.readlink(link.address(fd), path.address(), PATH_MAX);
    if (count < 0) {
      throw ErrnoException.last("readlink");
    }
    length = (int) count;
    path.bytes().put(length, (byte) 0);
    return this;
  }

  /** Returns the number of bytes of the path. */
  public int length() {
    return length;
  }

  /** Returns the byte at {@code index} of the path. */
  public byte at(int index) {
    return path.bytes().get(index);
  }

  /** Copies the path to the start of {@code target}, which has room for a page. */
  public void copyTo(byte[] target) {
    path.bytes().get(0, target, 0, length);
  }

  /** Returns a copy of the path as the kernel gave it, which need not be UTF-8. */
  public byte[] bytes() {
    return path.copy(0, length);
  }

  /** Returns the path in a form that system calls take, valid until the next {@link #read}. */
  public NativeBuffer cString() {
    return path;
  }
}
