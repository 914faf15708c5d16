package io.nacre.linux.fanotify;

import io.nacre.linux.MalformedRecordException;
import io.nacre.linux.RecordCursor;
import java.nio.ByteBuffer;

/**
 * The events of one read from a group of {@link FanotifyGroup.Kind#NAMES}, and the places in each:
 * a directory's handle and a name in it. Decoded in place, without allocation except for copies.
 * Belongs to one thread. An event of {@link FanotifyGroup.Kind#HANDLES} has the handle of the file
 * itself: see {@link #nextFile}.
 *
 * <pre>{@code
 * names.over(buffer, length);
 * while (names.next()) {
 *   while (names.nextPlace()) { … names.handle() … names.name() … }
 * }
 * }</pre>
 */
public final class FanotifyNames {
  /*
   * fanotify(7); behind the metadata of an event:
   *
   * struct fanotify_event_info_header {   // offset
   *     __u8  info_type;                  //  0
   *     __u8  pad;                        //  1
   *     __u16 len;                        //  2, of the whole record
   * };                                    //  4
   * struct fanotify_event_info_fid {
   *     struct fanotify_event_info_header hdr;
   *     __kernel_fsid_t fsid;             //  4
   *     struct file_handle {
   *         __u32 handle_bytes;           // 12
   *         __s32 handle_type;            // 16
   *         __u8  f_handle[];             // 20, handle_bytes of them
   *     };
   * };
   * char name[];                          // 20 + handle_bytes, ends in NUL; padded
   */
  private static final int LEN = 2;
  private static final int INFO_HEADER_SIZE = 4;
  private static final int FSID = 4;
  private static final int HANDLE_BYTES = 12;
  private static final int HANDLE_TYPE = 16;
  private static final int HANDLE = 20;

  private static final byte FAN_EVENT_INFO_TYPE_FID = 1;
  private static final byte FAN_EVENT_INFO_TYPE_DFID_NAME = 2;
  private static final byte FAN_EVENT_INFO_TYPE_DFID = 3;
  private static final byte FAN_EVENT_INFO_TYPE_OLD_DFID_NAME = 10;
  private static final byte FAN_EVENT_INFO_TYPE_NEW_DFID_NAME = 12;

  private final FanotifyEvents events = new FanotifyEvents();
  private final RecordCursor record = new RecordCursor();

  /** Where the name is in the current record. */
  private int nameStart;

  private int nameEnd;

  /** Starts before the first event of the {@code length} bytes at the start of {@code buffer}. */
  public void over(ByteBuffer buffer, int length) {
    events.over(buffer, length);
    record.over(buffer, 0);
  }

  /**
   * Steps to the next event, in front of its first place.
   *
   * @return false if there is none
   * @throws MalformedRecordException if the bytes are no whole event of the known version
   */
  public boolean next() {
    boolean found = events.next();
    if (found) {
      events.records(record);
    } else {
      record.toEnd();
    }
    return found;
  }

  /** Returns the event bits, of {@link FanotifyMask}; events of one name may come as one. */
  public long mask() {
    return events.mask();
  }

  /** Returns true if the name is, or was, that of a directory. */
  public boolean isDirectory() {
    return (mask() & FanotifyMask.FAN_ONDIR) != 0;
  }

  /** Returns true if the kernel dropped events before this one, which has no place. */
  public boolean isOverflow() {
    return events.isOverflow();
  }

  /**
   * Steps to the next place of the event: one, or for {@code FAN_RENAME} the old and the new one;
   * other records are skipped.
   *
   * @return false if there is none
   * @throws MalformedRecordException if the bytes are no whole record
   */
  public boolean nextPlace() {
    while (nextRecord()) {
      byte type = record.byteAt(0);
      if (type == FAN_EVENT_INFO_TYPE_DFID) {
        readHandle(/* isNamed= */ false);
        return true;
      }
      if (type == FAN_EVENT_INFO_TYPE_DFID_NAME
          || type == FAN_EVENT_INFO_TYPE_OLD_DFID_NAME
          || type == FAN_EVENT_INFO_TYPE_NEW_DFID_NAME) {
        readHandle(/* isNamed= */ true);
        return true;
      }
    }
    return false;
  }

  /**
   * Steps to the file itself, in an event of {@link FanotifyGroup.Kind#HANDLES}.
   *
   * @return false if there is none, or none more
   * @throws MalformedRecordException if the bytes are no whole record
   */
  public boolean nextFile() {
    while (nextRecord()) {
      if (record.byteAt(0) == FAN_EVENT_INFO_TYPE_FID) {
        readHandle(/* isNamed= */ false);
        return true;
      }
    }
    return false;
  }

  private boolean nextRecord() {
    if (!record.toNext()) {
      return false;
    }
    int left = record.left();
    if (left < INFO_HEADER_SIZE) {
      throw new MalformedRecordException("fanotify record of " + left + " bytes");
    }
    int recordLength = record.unsignedShortAt(LEN);
    if (recordLength < INFO_HEADER_SIZE || recordLength > left) {
      throw new MalformedRecordException("fanotify record len " + recordLength + " of " + left);
    }
    record.endAfter(recordLength);
    return true;
  }

  private void readHandle(boolean isNamed) {
    int recordLength = record.length();
    if (recordLength < HANDLE) {
      throw new MalformedRecordException("fanotify record len " + recordLength);
    }
    int handleBytes = record.intAt(HANDLE_BYTES);
    if (handleBytes < 0 || handleBytes > recordLength - HANDLE) {
      throw new MalformedRecordException(
          "fanotify handle_bytes " + handleBytes + " of " + recordLength);
    }
    nameStart = HANDLE + handleBytes;
    nameEnd = isNamed ? record.nulFrom(nameStart) : nameStart;
    if (isNamed && nameEnd == recordLength) {
      throw new MalformedRecordException("fanotify name without an end");
    }
  }

  /** Returns true if this is where the file was moved from, of {@code FAN_RENAME}. */
  public boolean isOldPlace() {
    return record.byteAt(0) == FAN_EVENT_INFO_TYPE_OLD_DFID_NAME;
  }

  /** Returns true if this is where the file was moved to, of {@code FAN_RENAME}. */
  public boolean isNewPlace() {
    return record.byteAt(0) == FAN_EVENT_INFO_TYPE_NEW_DFID_NAME;
  }

  /** Returns the file system that the handle is of, as {@code f_fsid} of statfs(2) has it. */
  public long fsid() {
    return record.longAt(FSID);
  }

  /** Returns the type of the directory's handle. */
  public int handleType() {
    return record.intAt(HANDLE_TYPE);
  }

  /**
   * Returns a copy of the directory's handle, for {@code Directory.openByHandle}; the file's own in
   * an event of {@link FanotifyGroup.Kind#HANDLES}.
   */
  public byte[] handle() {
    return record.copy(HANDLE, HANDLE + record.intAt(HANDLE_BYTES));
  }

  /**
   * Returns a copy of the name in the directory as the file system has it; {@code .} for the
   * directory itself, empty for none.
   */
  public byte[] name() {
    return record.copy(nameStart, nameEnd);
  }
}
