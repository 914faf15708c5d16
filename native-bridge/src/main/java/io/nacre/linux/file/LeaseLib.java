package io.nacre.linux.file;

import io.nacre.linux.Libc;

/** Calls on signals, named and typed as in their manual pages. */
final class LeaseLib {
  static {
    Libc.bind(LeaseLib.class);
  }

  private LeaseLib() {}

  static native int pthread_sigmask(int how, long set, long old);

  static native int signalfd(int fd, long mask, int flags);

  static native long signal(int signal, long handler);
}
