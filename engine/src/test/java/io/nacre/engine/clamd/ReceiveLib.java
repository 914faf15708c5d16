package io.nacre.engine.clamd;

import io.nacre.linux.Libc;

/** The call that takes descriptors, named and typed as in recvmsg(2). */
final class ReceiveLib {
  static {
    Libc.bind(ReceiveLib.class);
  }

  private ReceiveLib() {}

  static native long recvmsg(int fd, long message, int flags);
}
