package io.nacre.linux.file;

import io.nacre.linux.MalformedRecordException;
import java.nio.ByteBuffer;

/** Steps through the names of one {@link Directory#list}; belongs to one thread. */
public final class DirectoryEntries {
  /*
   * struct linux_dirent64 {          // offset
   *     ino64_t        d_ino;        //  0
   *     off64_t        d_off;        //  8
   *     unsigned short d_reclen;     // 16
   *     unsigned char  d_type;       // 18
   *     char           d_name[];     // 19, ends in NUL
   * };
   */
  static final int HEADER_SIZE = 19;
  private static final int RECLEN = 16;
  private static final int TYPE = 18;

  private static final byte DT_UNKNOWN = 0;
  private static final byte DT_DIR = 4;
  private static final byte DT_REG = 8;

  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private int length;
  private int current;
  private int following;

  /** Starts before the first name of the {@code length} bytes at the start of {@code buffer}. */
  public void over(ByteBuffer buffer, int length) {
    if (length < 0 || length > buffer.capacity()) {
      throw new IndexOutOfBoundsException(length);
    }
    this.bytes = buffer;
    this.length = length;
    this.current = 0;
    this.following = 0;
  }

  /**
   * Steps to the next name, {@code .} and {@code ..} included.
   *
   * @return false if there is none
   * @throws MalformedRecordException if the bytes are no whole entry
   */
  public boolean next() {
    current = following;
    int left = length - current;
    if (left == 0) {
      return false;
    }
    if (left <= HEADER_SIZE) {
      throw new MalformedRecordException("directory entry of " + left + " bytes");
    }
    int recordLength = Short.toUnsignedInt(bytes.getShort(current + RECLEN));
    if (recordLength <= HEADER_SIZE || recordLength > left) {
      throw new MalformedRecordException("directory entry d_reclen " + recordLength);
    }
    following = current + recordLength;
    return true;
  }

  /** Returns true if the file system says that the name is a directory. */
  public boolean isDirectory() {
    return bytes.get(current + TYPE) == DT_DIR;
  }

  /** Returns true if the file system says that the name is a regular file. */
  public boolean isRegular() {
    return bytes.get(current + TYPE) == DT_REG;
  }

  /** Returns true if the name may be a directory: it is, or the file system does not say. */
  public boolean mayBeDirectory() {
    byte type = bytes.get(current + TYPE);
    return type == DT_DIR || type == DT_UNKNOWN;
  }

  /** Returns the number of the inode that the name leads to. */
  public long inode() {
    return bytes.getLong(current);
  }

  /** Returns true for {@code .} and {@code ..}. */
  public boolean isDot() {
    int name = current + HEADER_SIZE;
    if (bytes.get(name) != '.') {
      return false;
    }
    byte second = following - name > 1 ? bytes.get(name + 1) : 0;
    return second == 0 || (second == '.' && (following - name < 3 || bytes.get(name + 2) == 0));
  }

  /** Returns the name as the file system has it, which need not be UTF-8. */
  public byte[] name() {
    int start = current + HEADER_SIZE;
    int end = start;
    while (end < following && bytes.get(end) != 0) {
      end++;
    }
    byte[] name = new byte[end - start];
    bytes.get(start, name);
    return name;
  }
}
