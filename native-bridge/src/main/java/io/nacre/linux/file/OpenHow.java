package io.nacre.linux.file;

import io.nacre.linux.NativeBuffer;

/** How openat2(2) opens a path without following symbolic links; written once for all calls. */
final class OpenHow {
  /*
   * struct open_how {     // offset
   *     __u64 flags;      //  0
   *     __u64 mode;       //  8
   *     __u64 resolve;    // 16
   * };                    // 24
   */
  private static final int SIZE = 24;
  private static final int RESOLVE = 16;

  /** Cross into no other mount. */
  static final long RESOLVE_NO_XDEV = 0x01;

  private static final long RESOLVE_NO_SYMLINKS = 0x04;

  /** The number of the call on every processor. */
  private static final long SYS_OPENAT2 = 437;

  private final NativeBuffer how = new NativeBuffer(SIZE);

  /** Opens with {@code flags} of open(2), and with what else {@code resolve} forbids. */
  OpenHow(int flags, long resolve) {
    how.bytes().putLong(0, flags).putLong(RESOLVE, resolve | RESOLVE_NO_SYMLINKS);
  }

  /** Opens {@code path}; returns a descriptor, or a negative number for an error. */
  int open(int dirfd, long path) {
    return (int) FileLib.syscall(SYS_OPENAT2, dirfd, path, how.address(), SIZE);
  }
}
