package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import java.nio.ByteBuffer;

/**
 * The status of one file at a time, by statx(2), read in place without allocation; belongs to one
 * thread.
 */
public final class Statx {
  /*
   * struct statx {                     // offset
   *     __u32 stx_mask;                //   0
   *     __u32 stx_blksize;             //   4
   *     __u64 stx_attributes;          //   8
   *     __u32 stx_nlink;               //  16
   *     __u32 stx_uid;                 //  20
   *     __u32 stx_gid;                 //  24
   *     __u16 stx_mode;                //  28
   *     __u64 stx_ino;                 //  32
   *     __u64 stx_size;                //  40
   *     __u64 stx_blocks;              //  48
   *     __u64 stx_attributes_mask;     //  56
   *     struct statx_timestamp stx_atime, stx_btime, stx_ctime, stx_mtime;  // 64 80 96 112
   *     __u32 stx_rdev_major, stx_rdev_minor, stx_dev_major, stx_dev_minor; // 128 … 140
   *     __u64 stx_mnt_id;                // 144
   *     __u32 stx_dio_mem_align, stx_dio_offset_align; // 152 156
   *     __u64 stx_subvol;                // 160
   *     …
   * };                                 // 256
   * struct statx_timestamp {           // offset
   *     __s64 tv_sec;                  //   0
   *     __u32 tv_nsec;                 //   8
   *     __s32 __reserved;              //  12
   * };                                 //  16
   */
  private static final int SIZE = 256;
  private static final int ATTRIBUTES = 8;
  private static final int NLINK = 16;
  private static final int UID = 20;
  private static final int GID = 24;
  private static final int MODE = 28;
  private static final int INO = 32;
  private static final int LENGTH = 40;
  private static final int ATIME = 64;
  private static final int BTIME = 80;
  private static final int CTIME = 96;
  private static final int MTIME = 112;
  private static final int DEV_MAJOR = 136;
  private static final int DEV_MINOR = 140;
  private static final int MNT_ID = 144;
  private static final int SUBVOL = 160;

  private static final int STATX_INO = 0x100;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int STATX_BTIME = 0x800;
  private static final int STATX_MNT_ID = 0x1000;

  /** In the same field, and never used again for another mount (Linux 6.8). */
  private static final int STATX_MNT_ID_UNIQUE = 0x4000;

  private static final int STATX_SUBVOL = 0x8000;

  private static final int WANTED =
      STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID | STATX_MNT_ID_UNIQUE | STATX_SUBVOL;
  private static final int NSEC = 8;

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_NO_AUTOMOUNT = 0x800;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int PROBE = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;

  private static final long STATX_ATTR_IMMUTABLE = 0x10;
  private static final long STATX_ATTR_APPEND = 0x20;
  private static final long STATX_ATTR_VERITY = 0x00100000;

  private static final int OTHERS_MAY_WRITE = 022;
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;
  private static final int S_IFDIR = 0040000;

  private static final NativeBuffer EMPTY_PATH = NativeBuffer.cString(new byte[0]);

  private final NativeBuffer buffer = new NativeBuffer(SIZE);
  private final ByteBuffer bytes = buffer.bytes();

  /** Reads the file that {@code fd} is open on. */
  public Statx read(int fd) throws ErrnoException {
    return read(fd, EMPTY_PATH, OpenFlags.AT_EMPTY_PATH);
  }

  /** Reads only {@link #device} and {@link #inode} of the open {@code fd}; asks no server. */
  public Statx identify(int fd) throws ErrnoException {
    int flags = OpenFlags.AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
    return read(fd, EMPTY_PATH, flags, STATX_INO);
  }

  /** Reads the file at the path that {@code path} holds with its NUL, following symbolic links. */
  public Statx readPath(NativeBuffer path) throws ErrnoException {
    return read(OpenFlags.AT_FDCWD, path, 0);
  }

  /**
   * Reads what is at the path itself: follows no symbolic link at its end, triggers no automount
   * and queries no server.
   */
  public Statx probe(NativeBuffer path) throws ErrnoException {
    return read(OpenFlags.AT_FDCWD, path, PROBE);
  }

  /**
   * Reads, as {@link #probe}, what is at the path at an address, in the directory {@code dirfd}.
   */
  Statx probe(int dirfd, long path) throws ErrnoException {
    if (FileLib.statx(dirfd, path, PROBE, WANTED, buffer.address()) < 0) {
      throw ErrnoException.last("statx");
    }
    return this;
  }

  /** As {@link #probe}, with a mount id as {@code /proc/self/mountinfo} has it. */
  public Statx probeMountinfoId(NativeBuffer path) throws ErrnoException {
    return read(OpenFlags.AT_FDCWD, path, PROBE, STATX_BASIC_STATS | STATX_MNT_ID);
  }

  private Statx read(int dirfd, NativeBuffer path, int flags) throws ErrnoException {
    return read(dirfd, path, flags, WANTED);
  }

  private Statx read(int dirfd, NativeBuffer path, int flags, int wanted) throws ErrnoException {
    if (FileLib.statx(dirfd, path.address(), flags, wanted, buffer.address()) < 0) {
      throw ErrnoException.last("statx");
    }
    return this;
  }

  /** Returns true for a regular file. */
  public boolean isRegular() {
    return (mode() & S_IFMT) == S_IFREG;
  }

  /** Returns true for a directory. */
  public boolean isDirectory() {
    return (mode() & S_IFMT) == S_IFDIR;
  }

  /** Returns the type and the permissions. */
  public int mode() {
    return Short.toUnsignedInt(bytes.getShort(MODE));
  }

  /** Returns true if no process can ever change the contents: fs-verity seals them. */
  public boolean isSealed() {
    return (bytes.getLong(ATTRIBUTES) & STATX_ATTR_VERITY) != 0;
  }

  /**
   * Returns true if the file is immutable or append-only, see chattr(1): no process may rename or
   * remove it.
   */
  public boolean isImmutableOrAppendOnly() {
    return (bytes.getLong(ATTRIBUTES) & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
  }

  /** Returns whether owner and mode let only root write the file, or make names in it. */
  public boolean isWritableByRootOnly() {
    return uid() == 0 && (mode() & OTHERS_MAY_WRITE) == 0;
  }

  /** Returns the number of names the file has. */
  public int links() {
    return bytes.getInt(NLINK);
  }

  /** Returns the owner. */
  public int uid() {
    return bytes.getInt(UID);
  }

  /** Returns the group that owns the file. */
  public int gid() {
    return bytes.getInt(GID);
  }

  /** Returns the device as one number: major in the upper half, minor in the lower. */
  public long device() {
    return ((long) bytes.getInt(DEV_MAJOR) << 32) | Integer.toUnsignedLong(bytes.getInt(DEV_MINOR));
  }

  /**
   * Returns the subvolume the file is in, by a number that is not used again while its file system
   * is mounted, which cannot be said of the device of a subvolume; 0 on a file system without any,
   * or on a kernel before 6.10.
   */
  public long subvolume() {
    return (bytes.getInt(0) & STATX_SUBVOL) != 0 ? bytes.getLong(SUBVOL) : 0;
  }

  /** Returns the inode's number on its device. */
  public long inode() {
    return bytes.getLong(INO);
  }

  /** Returns the mount the file was opened through, or -1 on a kernel before 5.8. */
  public long mountId() {
    boolean isKnown = (bytes.getInt(0) & (STATX_MNT_ID | STATX_MNT_ID_UNIQUE)) != 0;
    return isKnown ? bytes.getLong(MNT_ID) : -1;
  }

  /**
   * Returns the mount the file was opened through, by a number that is never used again, or -1 on a
   * kernel before 6.8.
   */
  public long uniqueMountId() {
    return (bytes.getInt(0) & STATX_MNT_ID_UNIQUE) != 0 ? bytes.getLong(MNT_ID) : -1;
  }

  /** Returns the size in bytes. */
  public long size() {
    return bytes.getLong(LENGTH);
  }

  /** Returns the second in which the contents or the inode changed last. */
  public long changedSeconds() {
    return bytes.getLong(CTIME);
  }

  /** Returns the nanoseconds to add to {@link #changedSeconds}. */
  public int changedNanos() {
    return bytes.getInt(CTIME + NSEC);
  }

  /** Returns the second in which the contents changed last, or what the owner set it to. */
  public long modifiedSeconds() {
    return bytes.getLong(MTIME);
  }

  /** Returns the nanoseconds to add to {@link #modifiedSeconds}. */
  public int modifiedNanos() {
    return bytes.getInt(MTIME + NSEC);
  }

  /** Returns the second in which it was read last. */
  public long accessedSeconds() {
    return bytes.getLong(ATIME);
  }

  /** Returns the nanoseconds to add to {@link #accessedSeconds}. */
  public int accessedNanos() {
    return bytes.getInt(ATIME + NSEC);
  }

  /** Returns the second in which the inode was made, or 0 on a file system that does not say. */
  public long bornSeconds() {
    return bytes.getLong(BTIME);
  }

  /** Returns the nanoseconds to add to {@link #bornSeconds}. */
  public int bornNanos() {
    return bytes.getInt(BTIME + NSEC);
  }
}
