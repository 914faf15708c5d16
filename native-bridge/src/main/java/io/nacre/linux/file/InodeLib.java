package io.nacre.linux.file;

import io.nacre.linux.Libc;

/** Calls on the attributes of an open file, named and typed as in their manual pages. */
final class InodeLib {
  static {
    Libc.bind(InodeLib.class);
  }

  private InodeLib() {}

  static native int fchmod(int fd, int mode);

  static native int fchown(int fd, int owner, int group);

  static native int futimens(int fd, long times);

  static native int fsync(int fd);

  static native long flistxattr(int fd, long list, long size);

  static native long fgetxattr(int fd, long name, long value, long size);

  static native int fsetxattr(int fd, long name, long value, long size, int flags);
}
