package io.nacre.linux.inotify;

import io.nacre.linux.MalformedRecordException;
import io.nacre.linux.RecordCursor;
import java.nio.ByteBuffer;

/** The events of one read from an inotify instance, one after the other; belongs to one thread. */
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

  private final RecordCursor event = new RecordCursor();

  /** Starts before the first event of the {@code length} bytes at the start of {@code buffer}. */
  public void over(ByteBuffer buffer, int length) {
    event.over(buffer, length);
  }

  /**
   * Steps to the next event.
   *
   * @return false if there is none
   * @throws MalformedRecordException if the bytes are no whole event
   */
  public boolean next() {
    if (!event.toNext()) {
      return false;
    }
    int left = event.left();
    if (left < HEADER_SIZE) {
      throw new MalformedRecordException("inotify event of " + left + " bytes");
    }
    int nameLength = event.intAt(LEN);
    if (nameLength < 0 || nameLength > left - HEADER_SIZE) {
      throw new MalformedRecordException("inotify len " + nameLength + " of " + left);
    }
    event.endAfter(HEADER_SIZE + nameLength);
    return true;
  }

  /** Returns the watch, or -1 for an overflow. */
  public int wd() {
    return event.intAt(0);
  }

  /** Returns the event bits, of {@link InotifyMask}. */
  public int mask() {
    return event.intAt(MASK);
  }

  /** Returns the number that pairs {@code IN_MOVED_FROM} with {@code IN_MOVED_TO}, else 0. */
  public int cookie() {
    return event.intAt(COOKIE);
  }

  /** Returns the name within the watched directory, as the file system has it; empty for none. */
  public byte[] name() {
    return event.copy(HEADER_SIZE, event.nulFrom(HEADER_SIZE));
  }

  /** Returns true if any bit of {@code bits} is set. */
  public boolean has(int bits) {
    return (mask() & bits) != 0;
  }
}
