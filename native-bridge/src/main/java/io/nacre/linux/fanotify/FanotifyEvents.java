package io.nacre.linux.fanotify;

import io.nacre.linux.MalformedRecordException;
import io.nacre.linux.RecordCursor;
import java.nio.ByteBuffer;

/**
 * The events of one read from a fanotify group, one after the other, decoded in place without
 * allocation. Belongs to one thread.
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

  /** {@code FANOTIFY_METADATA_VERSION}, the only layout since Linux 2.6.37. */
  static final byte VERSION = 3;

  private final RecordCursor event = new RecordCursor();

  /** Starts before the first event of the {@code length} bytes at the start of {@code buffer}. */
  public void over(ByteBuffer buffer, int length) {
    event.over(buffer, length);
  }

  /**
   * Steps to the next event.
   *
   * @return false if there is none
   * @throws MalformedRecordException if the bytes are no whole event of the known version
   */
  public boolean next() {
    if (!event.toNext()) {
      return false;
    }
    int left = event.left();
    if (left < METADATA_SIZE) {
      throw new MalformedRecordException("fanotify event of " + left + " bytes");
    }
    int eventLength = event.intAt(0);
    if (eventLength < METADATA_SIZE || eventLength > left) {
      throw new MalformedRecordException("fanotify event_len " + eventLength + " of " + left);
    }
    if (event.byteAt(VERS) != VERSION) {
      throw new MalformedRecordException("fanotify version " + event.byteAt(VERS));
    }
    int metadataLength = event.unsignedShortAt(METADATA_LEN);
    if (metadataLength < METADATA_SIZE || metadataLength > eventLength) {
      throw new MalformedRecordException("fanotify metadata_len " + metadataLength);
    }
    event.endAfter(eventLength);
    return true;
  }

  /** Returns the event bits, of {@link FanotifyMask}. */
  public long mask() {
    return event.longAt(MASK);
  }

  /** Returns the descriptor of the file, or a negative number if there is none. */
  public int fd() {
    return event.intAt(FD);
  }

  /** Returns the process, or 0 if it is outside our process namespace. */
  public int pid() {
    return event.intAt(PID);
  }

  /** Returns true if a process waits for an answer to this event. */
  public boolean needsResponse() {
    return (mask() & FanotifyMask.PERMISSION) != 0;
  }

  /**
   * Returns true if the event is an open, whether its process waits or not. The kernel may have put
   * a later event of the same process into the same record, if no process waits for it.
   */
  public boolean isOpen() {
    return (mask() & FanotifyMask.OPENS) != 0;
  }

  /** Returns true if the file is, or was, opened to be executed. */
  public boolean isExec() {
    return (mask() & (FanotifyMask.FAN_OPEN_EXEC | FanotifyMask.FAN_OPEN_EXEC_PERM)) != 0;
  }

  /** Returns true if the kernel dropped events before this one. */
  public boolean isOverflow() {
    return (mask() & FanotifyMask.FAN_Q_OVERFLOW) != 0;
  }

  /** Starts {@code records} before the first record behind the metadata of this event. */
  void records(RecordCursor records) {
    records.within(event, event.unsignedShortAt(METADATA_LEN));
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
