package io.nacre.linux.socket;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Libc;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;

/** Takes a descriptor from a Unix socket, as clamd does, with recvmsg(2). */
final class DescriptorReceiver {
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  /* struct msghdr, then struct iovec at 56 and struct cmsghdr at 72, as in UnixSocket. */
  private static final int IOV = 56;
  private static final int CONTROL = 72;
  private static final int CONTROL_SIZE = 24;

  static {
    Libc.bind(DescriptorReceiver.class);
  }

  private DescriptorReceiver() {}

  static native long recvmsg(int fd, long message, int flags);

  /** Receives {@code payload.capacity()} bytes at most, and the one descriptor with them. */
  static Fd receive(UnixSocket socket, NativeBuffer payload) throws ErrnoException {
    NativeBuffer message = new NativeBuffer(CONTROL + CONTROL_SIZE);
    message.bytes().putLong(16, message.address() + IOV).putLong(24, 1);
    message.bytes().putLong(32, message.address() + CONTROL).putLong(40, CONTROL_SIZE);
    message.bytes().putLong(IOV, payload.address()).putLong(IOV + 8, payload.capacity());
    message.bytes().putInt(CONTROL + 16, -1);
    long received = recvmsg(socket.fd().number(), message.address(), MSG_CMSG_CLOEXEC);
    Reference.reachabilityFence(message);
    Reference.reachabilityFence(payload);
    if (received < 0) {
      throw ErrnoException.last("recvmsg");
    }
    return new Fd(message.bytes().getInt(CONTROL + 16));
  }
}
