package io.nacre.linux.inotify;

import io.nacre.linux.Libc;

/** The inotify system calls, named and typed as in their manual pages. */
final class InotifyLib {
  static {
    Libc.bind(InotifyLib.class);
  }

  private InotifyLib() {}

  static native int inotify_init1(int flags);

  static native int inotify_add_watch(int fd, long path, int mask);

  static native int inotify_rm_watch(int fd, int wd);
}
