package io.nacre.linux.fanotify;

/** The event bits of fanotify_mark(2). */
public final class FanotifyMask {
  /** A file was read. */
  public static final long FAN_ACCESS = 0x00000001L;

  /** Owner, mode, access control list, times or number of names of the file changed. */
  public static final long FAN_ATTRIB = 0x00000004L;

  /** A writable descriptor was closed. */
  public static final long FAN_CLOSE_WRITE = 0x00000008L;

  /** A file was opened; its process does not wait. */
  public static final long FAN_OPEN = 0x00000020L;

  /** A move removed a name from a directory. */
  public static final long FAN_MOVED_FROM = 0x00000040L;

  /** A move added a name to a directory. */
  public static final long FAN_MOVED_TO = 0x00000080L;

  /** A name was created in a directory. */
  public static final long FAN_CREATE = 0x00000100L;

  /** A name was deleted from a directory. */
  public static final long FAN_DELETE = 0x00000200L;

  /** The marked file or directory was deleted. */
  public static final long FAN_DELETE_SELF = 0x00000400L;

  /** The marked file or directory was moved. */
  public static final long FAN_MOVE_SELF = 0x00000800L;

  /** A file was opened to be executed; its process does not wait. */
  public static final long FAN_OPEN_EXEC = 0x00001000L;

  /** The queue was full, and events were dropped. */
  public static final long FAN_Q_OVERFLOW = 0x00004000L;

  /** A process waits to open a file. */
  public static final long FAN_OPEN_PERM = 0x00010000L;

  /** A process waits to read a file. */
  public static final long FAN_ACCESS_PERM = 0x00020000L;

  /** A process waits to execute a file. */
  public static final long FAN_OPEN_EXEC_PERM = 0x00040000L;

  /** With a directory mark: also for the files in that directory. */
  public static final long FAN_EVENT_ON_CHILD = 0x08000000L;

  /** A file was moved: one event with its old and its new name (Linux 5.17). */
  public static final long FAN_RENAME = 0x10000000L;

  /** Also for directories themselves. */
  public static final long FAN_ONDIR = 0x40000000L;

  /** The bits whose process is blocked until its answer. */
  public static final long PERMISSION = FAN_OPEN_PERM | FAN_ACCESS_PERM | FAN_OPEN_EXEC_PERM;

  /** The bits of an open, whether its process waits or not. */
  public static final long OPENS = FAN_OPEN | FAN_OPEN_EXEC | FAN_OPEN_PERM | FAN_OPEN_EXEC_PERM;

  private FanotifyMask() {}
}
