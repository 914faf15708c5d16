package io.nacre.engine.ops;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Libc;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/** The service manager's end of the notifications, which Java itself has no socket for. */
final class DatagramSocket implements AutoCloseable {
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int MSG_DONTWAIT = 0x40;

  static {
    Libc.bind(DatagramSocket.class);
  }

  private final Fd fd;

  private static native int socket(int domain, int type, int protocol);

  private static native int bind(int fd, long address, int length);

  private static native long recv(int fd, long buffer, long length, int flags);

  /** Opens a socket at {@code path}, or at an abstract name after {@code @}. */
  DatagramSocket(String path) throws ErrnoException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    NativeBuffer address = new NativeBuffer(110);
    address.bytes().putShort(0, AF_UNIX).put(2, bytes);
    boolean isAbstract = bytes[0] == '@';
    if (isAbstract) {
      address.bytes().put(2, (byte) 0);
    }
    this.fd = Fd.orThrow("socket", socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    int length = 2 + bytes.length + (isAbstract ? 0 : 1);
    int failed = bind(fd.number(), address.address(), length);
    Reference.reachabilityFence(address);
    if (failed < 0) {
      throw ErrnoException.last("bind");
    }
  }

  /** Returns the next datagram, or nothing if there is none. */
  String receive() {
    NativeBuffer buffer = new NativeBuffer(4096);
    long length = recv(fd.number(), buffer.address(), buffer.capacity(), MSG_DONTWAIT);
    return new String(buffer.copy(0, (int) Math.max(0, length)), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    fd.close();
  }
}
