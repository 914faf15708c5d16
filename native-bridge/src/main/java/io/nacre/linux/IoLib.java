package io.nacre.linux;

/**
 * read(2), pread(2), write(2), close(2), dup3(2), poll(2), fcntl(2) and eventfd(2), named and typed
 * as there.
 */
final class IoLib {
  static {
    Libc.bind(IoLib.class);
  }

  private IoLib() {}

  static native int close(int fd);

  static native int dup3(int from, int to, int flags);

  static native long read(int fd, long buffer, long count);

  static native long pread(int fd, long buffer, long count, long offset);

  static native long write(int fd, long buffer, long count);

  static native int poll(long fds, long count, int timeoutMillis);

  static native int fcntl(int fd, int command, long argument);

  static native int eventfd(int initial, int flags);

  static native int sched_yield();
}
