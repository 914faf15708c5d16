package io.nacre.linux.process;

import io.nacre.linux.Libc;

/**
 * Calls on processes and limits, named and typed as in their manual pages; {@code syscall} is
 * ioprio_set(2), for which C libraries have no function.
 */
final class ProcessLib {
  static {
    Libc.bind(ProcessLib.class);
  }

  private ProcessLib() {}

  static native int getpid();

  static native int geteuid();

  static native int open(long path, int flags);

  static native long read(int fd, long buffer, long count);

  static native int close(int fd);

  static native long readlink(long path, long buffer, long count);

  static native int getrlimit(int resource, long limits);

  static native int setrlimit(int resource, long limits);

  static native long syscall(long number, long which, long target, long priority);

  static native int kill(int pid, int signal);

  static native void _exit(int status);
}
