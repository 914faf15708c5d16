package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;

/**
 * The type of the file system behind a mount, by statmount(2) (Linux 6.8); belongs to one thread.
 *
 * <p>Unlike statfs(2) this queries the kernel and never the file system: it waits for no FUSE
 * daemon and no server.
 */
public final class MountedType {
  /** Also of ext2 and ext3. */
  public static final long EXT4 = 0xef53;

  public static final long XFS = 0x58465342;
  public static final long BTRFS = 0x9123683eL;
  public static final long TMPFS = 0x01021994;

  /*
   * struct mnt_id_req {            // offset      struct statmount {            // offset
   *     __u32 size;                //  0              __u32 size, mnt_opts;     //  0
   *     __u32 mnt_ns_fd;           //  4              __u64 mask;               //  8
   *     __u64 mnt_id;              //  8              __u32 sb_dev_major, …;    // 16
   *     __u64 param;               // 16              __u64 sb_magic;           // 24
   * };                             // 24              …
   */
  private static final int REQUEST_SIZE = 24;
  private static final int MNT_ID = 8;
  private static final int PARAM = 16;
  private static final int RESULT_SIZE = 512;
  private static final int MASK = 8;
  private static final int SB_DEV_MAJOR = 16;
  private static final int SB_DEV_MINOR = 20;
  private static final int SB_MAGIC = 24;
  private static final long STATMOUNT_SB_BASIC = 0x01;

  /**
   * Returns whether a file system of {@code type} needs neither a daemon nor a server, and gives
   * each of its files a number of its own.
   */
  public static boolean isLocal(long type) {
    return type == EXT4 || type == XFS || type == BTRFS || type == TMPFS;
  }

  /** The number of the call on every processor. */
  static final long SYS_STATMOUNT = 457;

  private final NativeBuffer request = new NativeBuffer(REQUEST_SIZE);
  private final NativeBuffer result = new NativeBuffer(RESULT_SIZE);

  /** Allocates the request and the result of one thread. */
  public MountedType() {
    request.bytes().putInt(0, REQUEST_SIZE).putLong(PARAM, STATMOUNT_SB_BASIC);
  }

  /**
   * Returns the type of the file system of a mount, as statfs(2) has it in {@code f_type}; 0 if the
   * kernel does not report it.
   *
   * @param mountId the mount's unique number, of {@link Statx#uniqueMountId}
   * @throws ErrnoException {@code ENOENT} if the mount is gone or is one of another mount
   *     namespace, {@code ENOSYS} on a kernel before 6.8
   */
  public long of(long mountId) throws ErrnoException {
    request.bytes().putLong(MNT_ID, mountId);
    if (FileLib.syscall(SYS_STATMOUNT, request.address(), result.address(), RESULT_SIZE, 0) < 0) {
      throw ErrnoException.last("statmount");
    }
    boolean isReported = (result.bytes().getLong(MASK) & STATMOUNT_SB_BASIC) != 0;
    return isReported ? result.bytes().getLong(SB_MAGIC) : 0;
  }

  /** Returns the device of the file system of the last {@link #of}, as {@link Statx#device}. */
  public long device() {
    return ((long) result.bytes().getInt(SB_DEV_MAJOR) << 32)
        | Integer.toUnsignedLong(result.bytes().getInt(SB_DEV_MINOR));
  }
}
