package io.nacre.linux.inotify;

import io.nacre.linux.MalformedRecordException;
import java.nio.ByteBuffer;

/** Steps through the events of one read; belongs to one thread. */
public final class InotifyEvents {
  /*
   * struct inotify_event {     // offset
   *     int      wd;           //  0
   *     uint32_t mask;         //  4
   *     uint32_t cookie;       //  8
   *     uint32_t len;          // 12
   *     char     name[];       // 16, padded with NUL
   * };
   */
  static final int HEADER_SIZE = 16;
  private static final int MASK = 4;
  private static final int COOKIE = 8;
  private static final int LEN = 12;

  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private int length;
  private int current;
  private int following;

  /** Starts before the first event of the {@code length} bytes at the start of {@code buffer}. */
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
   * Steps to the next event.
   *
   * @return false if there is none
   * @throws MalformedRecordException if the bytes are no whole event
   */
  public boolean next() {
    current = following;
    int left = length - current;
    if (left == 0) {
      return false;
    }
    if (left < HEADER_SIZE) {
      throw new MalformedRecordException("inotify event of " + left + " bytes");
    }
    int nameLength = bytes.getInt(current + LEN);
    if (nameLength < 0 || nameLength > left - HEADER_SIZE) {
      throw new MalformedRecordException("inotify len " + nameLength + " of " + left);
    }
    following = current + HEADER_SIZE + nameLength;
    return true;
  }

  /** Returns the watch, or -1 for an overflow. */
  public int wd() {
    return bytes.getInt(current);
  }

  /** Returns the event bits, of {@link InotifyMask}. */
  public int mask() {
    return bytes.getInt(current + MASK);
  }

  /** Returns the number that pairs {@code IN_MOVED_FROM} with {@code IN_MOVED_TO}, else 0. */
  public int cookie() {
    return bytes.getInt(current + COOKIE);
  }

  /** Returns the name within the watched directory, as the file system has it; empty for none. */
  public byte[] name() {
    int nameLength = bytes.getInt(current + LEN);
    int end = 0;
    while (end < nameLength && bytes.get(current + HEADER_SIZE + end) != 0) {
      end++;
    }
    byte[] name = new byte[end];
    bytes.get(current + HEADER_SIZE, name);
    return name;
  }

  /** Returns true if any bit of {@code bits} is set. */
  public boolean has(int bits) {
    return (mask() & bits) != 0;
  }
}
