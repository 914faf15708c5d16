package io.nacre.linux.file;

import io.nacre.linux.Libc;

/**
 * Calls on files and directories, named and typed as in their manual pages; {@code syscall} is
 * openat2(2), for which C libraries have no function.
 */
final class FileLib {
  static {
    Libc.bind(FileLib.class);
  }

  private FileLib() {}

  static native int openat(int dirfd, long path, int flags);

  static native long syscall(long number, long dirfd, long path, long openHow, long size);

  static native int open_by_handle_at(int mountFd, long handle, int flags);

  static native int name_to_handle_at(int dirfd, long path, long handle, long mountId, int flags);

  static native long fgetxattr(int fd, long name, long value, long size);

  static native int statx(int dirfd, long path, int flags, int mask, long statx);

  static native long getdents64(int fd, long entries, long count);

  static native long readlink(long path, long buffer, long count);

  static native int fcntl(int fd, int command, long argument);
}
