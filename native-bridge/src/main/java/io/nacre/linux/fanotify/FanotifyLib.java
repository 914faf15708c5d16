package io.nacre.linux.fanotify;

import io.nacre.linux.Libc;

/**
 * The fanotify system calls, write(2), writev(2) and close(2), named and typed as in their manual
 * pages.
 */
final class FanotifyLib {
  static {
    Libc.bind(FanotifyLib.class);
  }

  private FanotifyLib() {}

  static native int fanotify_init(int flags, int eventFlags);

  static native int fanotify_mark(int group, int flags, long mask, int dirfd, long path);

  static native long write(int fd, long buffer, long count);

  static native int close(int fd);

  static native long writev(int fd, long vector, int count);
}
