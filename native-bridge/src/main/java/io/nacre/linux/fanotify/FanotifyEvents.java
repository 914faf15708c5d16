package io.nacre.linux.fanotify;

import io.nacre.linux.MalformedRecordException;
import java.nio.ByteBuffer;

/**
 * Steps through the events of one read, without allocation; belongs to one thread.
 *
 * <pre>{@code
 * events.over(buffer, length);
 * while (events.next()) { … events.fd() … }
 * }</pre>
 */
public final class FanotifyEvents {
  /*
   * struct fanotify_event_metadata {    // offset
   *     __u32 event_len;                //  0
   *     __u8  vers;                     //  4
   *     __u8  reserved;                 //  5
   *     __u16 metadata_len;             //  6
   *     __aligned_u64 mask;             //  8
   *     __s32 fd;                       // 16
   *     __s32 pid;                      // 20
   * };                                  // 24
   */
  /** The bytes of an event without further records. */
  public static final int METADATA_SIZE = 24;

  private static final int VERS = 4;
  private static final int METADATA_LEN = 6;
  private static final int MASK = 8;
  private static final int FD = 16;
  private static final int PID = 20;

  /** {@code FANOTIFY_METADATA_VERSION}, the only layout there ever was since Linux 2.6.37. */
  static final byte VERSION = 3;

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
   * @throws MalformedRecordException if the bytes are no whole event of the known version
   */
  public boolean next() {
    current = following;
    int left = length - current;
    if (left == 0) {
      return false;
    }
    if (left < METADATA_SIZE) {
      throw new MalformedRecordException("fanotify event of " + left + " bytes");
    }
    int eventLength = bytes.getInt(current);
    if (eventLength < METADATA_SIZE || eventLength > left) {
      throw new MalformedRecordException("fanotify event_len " + eventLength + " of " + left);
    }
    if (bytes.get(current + VERS) != VERSION) {
      throw new MalformedRecordException("fanotify version " + bytes.get(current + VERS));
    }
    int metadataLength = Short.toUnsignedInt(bytes.getShort(current + METADATA_LEN));
    if (metadataLength < METADATA_SIZE || metadataLength > eventLength) {
      throw new MalformedRecordException("fanotify metadata_len " + metadataLength);
    }
    following = current + eventLength;
    return true;
  }

  /** Returns the event bits, of {@link FanotifyMask}. */
  public long mask() {
    return bytes.getLong(current + MASK);
  }

  /** Returns the descriptor of the file, or a negative number if there is none. */
  public int fd() {
    return bytes.getInt(current + FD);
  }

  /** Returns the process, or 0 if it lives outside our process namespace. */
  public int pid() {
    return bytes.getInt(current + PID);
  }

  /** Returns true if a process waits for an answer to this event. */
  public boolean needsResponse() {
    return (mask() & FanotifyMask.PERMISSION) != 0;
  }

  /**
   * Returns true if somebody opens or opened the file; the kernel may have put a later event of the
   * same process for which nobody waits into the same record.
   */
  public boolean isOpen() {
    return (mask() & FanotifyMask.OPENS) != 0;
  }

  /** Returns true if somebody opens or opened the file to execute it. */
  public boolean isExec() {
    return (mask() & (FanotifyMask.FAN_OPEN_EXEC | FanotifyMask.FAN_OPEN_EXEC_PERM)) != 0;
  }

  /** Returns true if the kernel dropped events before this one. */
  public boolean isOverflow() {
    return (mask() & FanotifyMask.FAN_Q_OVERFLOW) != 0;
  }

  /** Returns where the records behind the metadata start. */
  int recordsStart() {
    return current + Short.toUnsignedInt(bytes.getShort(current + METADATA_LEN));
  }

  /** Returns where the records end, and with them the event. */
  int recordsEnd() {
    return following;
  }

  /** Writes an event at {@code offset} of {@code bytes}, as the kernel would. */
  public static void put(ByteBuffer bytes, int offset, long mask, int fd, int pid) {
    bytes.putInt(offset, METADATA_SIZE);
    bytes.put(offset + VERS, VERSION);
    bytes.put(offset + VERS + 1, (byte) 0);
    bytes.putShort(offset + METADATA_LEN, (short) METADATA_SIZE);
    bytes.putLong(offset + MASK, mask);
    bytes.putInt(offset + FD, fd);
    bytes.putInt(offset + PID, pid);
  }
}
