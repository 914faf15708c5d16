package io.nacre.linux.file;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;

/** The mount point of a mount of this namespace, by statmount(2) (Linux 6.8); one thread only. */
public final class MountPoint {
  /*
   * struct mnt_id_req: see MountedType        struct statmount {            // offset
   *                                               __u32 size, mnt_opts;     //   0
   *                                               __u64 mask;               //   8
   *                                               …
   *                                               __u32 mnt_root, mnt_point; // 104, offsets in str
   *                                               …
   *                                               char str[];               // 512
   *                                           };
   */
  private static final int REQUEST_SIZE = 24;
  private static final int MNT_ID = 8;
  private static final int PARAM = 16;
  private static final int RESULT_SIZE = 512 + 4096;
  private static final int MASK = 8;
  private static final int MNT_POINT = 108;
  private static final int STRINGS = 512;
  private static final long STATMOUNT_MNT_POINT = 0x10;

  private final NativeBuffer request = new NativeBuffer(REQUEST_SIZE);
  private final NativeBuffer result = new NativeBuffer(RESULT_SIZE);

  /** Allocates the request and the result of one thread. */
  public MountPoint() {
    request.bytes().putInt(0, REQUEST_SIZE).putLong(PARAM, STATMOUNT_MNT_POINT);
  }

  /**
   * Opens the root directory of a mount; to be closed soon, since an open one keeps the mount from
   * being unmounted.
   *
   * @param mountId the mount's unique number, of {@link Statx#uniqueMountId}
   * @throws ErrnoException {@code ENOENT} if it is gone or is one of another mount namespace,
   *     {@code EXDEV} if another mount covers it, {@code ENOTDIR} if it is mounted on a file
   */
  public Directory open(long mountId) throws ErrnoException {
    return Directory.openOnMount(path(mountId), mountId);
  }

  private byte[] path(long mountId) throws ErrnoException {
    request.bytes().putLong(MNT_ID, mountId);
    long failed =
        FileLib.syscall(
            MountedType.SYS_STATMOUNT, request.address(), result.address(), RESULT_SIZE, 0);
    if (failed < 0) {
      throw ErrnoException.last("statmount");
    }
    if ((result.bytes().getLong(MASK) & STATMOUNT_MNT_POINT) == 0) {
      throw new ErrnoException("statmount", Errno.ENOENT);
    }
    int start = STRINGS + result.bytes().getInt(MNT_POINT);
    int end = start;
    while (end < RESULT_SIZE && result.bytes().get(end) != 0) {
      end++;
    }
    return result.copy(start, end - start);
  }
}
