package io.nacre.linux.file;

import io.nacre.linux.MalformedRecordException;
import io.nacre.linux.RecordCursor;
import java.nio.ByteBuffer;

/** The names of one {@link Directory#list}, one after the other; belongs to one thread. */
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

  private final RecordCursor entry = new RecordCursor();

  /** Starts before the first name of the {@code length} bytes at the start of {@code buffer}. */
  public void over(ByteBuffer buffer, int length) {
    entry.over(buffer, length);
  }

  /**
   * Steps to the next name, {@code .} and {@code ..} included.
   *
   * @return false if there is none
   * @throws MalformedRecordException if the bytes are no whole entry
   */
  public boolean next() {
    if (!entry.toNext()) {
      return false;
    }
    int left = entry.left();
    if (left <= HEADER_SIZE) {
      throw new MalformedRecordException("directory entry of " + left + " bytes");
    }
    int recordLength = entry.unsignedShortAt(RECLEN);
    if (recordLength <= HEADER_SIZE || recordLength > left) {
      throw new MalformedRecordException("directory entry d_reclen " + recordLength);
    }
    entry.endAfter(recordLength);
    return true;
  }

  /** Returns true if the file system says that the name is a directory. */
  public boolean isDirectory() {
    return entry.byteAt(TYPE) == DT_DIR;
  }

  /** Returns true if the file system says that the name is a regular file. */
  public boolean isRegular() {
    return entry.byteAt(TYPE) == DT_REG;
  }

  /** Returns true if the name may be a directory: it is, or the file system does not say. */
  public boolean mayBeDirectory() {
    byte type = entry.byteAt(TYPE);
    return type == DT_DIR || type == DT_UNKNOWN;
  }

  /** Returns the number of the inode that the name leads to. */
  public long inode() {
    return entry.longAt(0);
  }

  /** Returns true for {@code .} and {@code ..}. */
  public boolean isDot() {
    int nameLength = entry.nulFrom(HEADER_SIZE) - HEADER_SIZE;
    return nameLength >= 1
        && nameLength <= 2
        && entry.byteAt(HEADER_SIZE) == '.'
        && entry.byteAt(HEADER_SIZE + nameLength - 1) == '.';
  }

  /** Returns the name as the file system has it, which need not be UTF-8. */
  public byte[] name() {
    return entry.copy(HEADER_SIZE, entry.nulFrom(HEADER_SIZE));
  }
}
