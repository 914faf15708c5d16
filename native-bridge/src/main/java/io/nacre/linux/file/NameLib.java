package io.nacre.linux.file;

import io.nacre.linux.Libc;

/** Calls that make, move and remove names, named and typed as in their manual pages. */
final class NameLib {
  static {
    Libc.bind(NameLib.class);
  }

  private NameLib() {}

  static native int openat(int dirfd, long path, int flags, int mode);

  static native int mkdirat(int dirfd, long path, int mode);

  static native int linkat(int fromDirfd, long from, int toDirfd, long to, int flags);

  static native int renameat2(int fromDirfd, long from, int toDirfd, long to, int flags);

  static native int unlinkat(int dirfd, long path, int flags);
}
