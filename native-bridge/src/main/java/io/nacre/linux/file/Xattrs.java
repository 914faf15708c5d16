package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The extended attributes of an open file, see xattr(7): access control lists, capabilities, labels
 * and those of users. A name is a byte for each character, whatever its encoding; belongs to one
 * thread.
 */
public final class Xattrs {
  /** The longest value, and the longest list of names, that the kernel allows. */
  private static final int SIZE_MAX = 65_536;

  private final NativeBuffer buffer = new NativeBuffer(SIZE_MAX);

  /** Returns the names of all that the caller may see. */
  public List<String> names(int fd) throws ErrnoException {
    long length = InodeLib.flistxattr(fd, buffer.address(), SIZE_MAX);
    if (length < 0) {
      throw ErrnoException.last("flistxattr");
    }
    String list = new String(buffer.copy(0, (int) length), StandardCharsets.ISO_8859_1);
    List<String> names = new ArrayList<>();
    int start = 0;
    for (int end = list.indexOf('\0'); end >= 0; end = list.indexOf('\0', start)) {
      names.add(list.substring(start, end));
      start = end + 1;
    }
    return names;
  }

  /**
   * Returns the value of the one with that name.
   *
   * @throws ErrnoException {@code ENODATA} if there is none
   */
  public byte[] value(int fd, String name) throws ErrnoException {
    NativeBuffer key = key(name);
    long length = InodeLib.fgetxattr(fd, key.address(), buffer.address(), SIZE_MAX);
    Reference.reachabilityFence(key);
    if (length < 0) {
      throw ErrnoException.last("fgetxattr");
    }
    return buffer.copy(0, (int) length);
  }

  /** Sets the one with that name. */
  public void set(int fd, String name, byte[] value) throws ErrnoException {
    NativeBuffer key = key(name);
    buffer.bytes().put(0, value);
    int failed = InodeLib.fsetxattr(fd, key.address(), buffer.address(), value.length, 0);
    Reference.reachabilityFence(key);
    if (failed < 0) {
      throw ErrnoException.last("fsetxattr");
    }
  }

  private static NativeBuffer key(String name) {
    return NativeBuffer.cString(name.getBytes(StandardCharsets.ISO_8859_1));
  }
}
