package io.nacre.linux.socket;

import io.nacre.linux.Libc;

/** The socket calls, named and typed as in their manual pages. */
final class SocketLib {
  static {
    Libc.bind(SocketLib.class);
  }

  private SocketLib() {}

  static native int socket(int domain, int type, int protocol);

  static native int socketpair(int domain, int type, int protocol, long pair);

  static native int connect(int fd, long address, int length);

  static native int bind(int fd, long address, int length);

  static native int listen(int fd, int backlog);

  static native int accept4(int fd, long address, long length, int flags);

  static native long send(int fd, long buffer, long length, int flags);

  static native long recv(int fd, long buffer, long length, int flags);

  static native long sendto(
      int fd, long buffer, long length, int flags, long address, int addressLength);

  static native long sendmsg(int fd, long message, int flags);

  static native long recvmsg(int fd, long message, int flags);

  static native int setsockopt(int fd, int level, int name, long value, int length);

  static native int getsockopt(int fd, int level, int name, long value, long length);
}
