package io.nacre.linux.socket;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A TCP socket to one address. */
public final class TcpSocket extends StreamSocket {
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int SO_ERROR = 4;

  private TcpSocket(Fd fd) {
    super(fd);
  }

  /**
   * Begins to connect to {@code port} of {@code host}. The connection is there, or has failed, when
   * {@link #fd} is ready to be written to: see {@link #finishConnect}.
   */
  public static TcpSocket connect(InetAddress host, int port) throws ErrnoException {
    NativeBuffer address = address(host, port);
    int family = host instanceof Inet6Address ? AF_INET6 : AF_INET;
    int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    TcpSocket socket = new TcpSocket(Fd.orThrow("socket", SocketLib.socket(family, type, 0)));
    try {
      socket.sendAtOnce();
      int failed = SocketLib.connect(socket.fd().number(), address.address(), address.capacity());
      Reference.reachabilityFence(address);
      if (failed < 0 && ErrnoException.lastErrno() != Errno.EINPROGRESS) {
        throw ErrnoException.last("connect");
      }
      return socket;
    } catch (ErrnoException e) {
      socket.close();
      throw e;
    }
  }

  /** Throws the error of a connection that failed. */
  public void finishConnect() throws ErrnoException {
    NativeBuffer error = new NativeBuffer(8); // the value, and its length behind it
    error.bytes().putInt(4, 4);
    int failed =
        SocketLib.getsockopt(
            fd().number(), SOL_SOCKET, SO_ERROR, error.address(), error.address() + 4);
    if (failed < 0) {
      throw ErrnoException.last("getsockopt");
    }
    int errno = error.bytes().getInt(0);
    if (errno != 0) {
      throw new ErrnoException("connect", errno);
    }
  }

  /** Each request is answered before the next one is sent: there is nothing to collect. */
  private void sendAtOnce() throws ErrnoException {
    NativeBuffer yes = new NativeBuffer(4);
    yes.bytes().putInt(0, 1);
    if (SocketLib.setsockopt(fd().number(), IPPROTO_TCP, TCP_NODELAY, yes.address(), 4) < 0) {
      throw ErrnoException.last("setsockopt");
    }
    Reference.reachabilityFence(yes);
  }

  private static NativeBuffer address(InetAddress host, int port) {
    /*
     * struct sockaddr_in {          // offset      struct sockaddr_in6 {          // offset
     *     sa_family_t sin_family;   //  0              sa_family_t sin6_family;   //  0
     *     in_port_t   sin_port;     //  2              in_port_t   sin6_port;     //  2
     *     in_addr     sin_addr;     //  4              uint32_t    sin6_flowinfo; //  4
     *     char        zero[8];      //  8              in6_addr    sin6_addr;     //  8
     * };                            // 16              uint32_t    sin6_scope_id; // 24
     *                                              };                             // 28
     * port and address in network byte order
     */
    if (host instanceof Inet6Address address) {
      NativeBuffer buffer = new NativeBuffer(28);
      ByteBuffer bytes =
          buffer.bytes().putShort(0, (short) AF_INET6).putInt(24, address.getScopeId());
      bytes.put(8, address.getAddress());
      putPort(bytes, port);
      return buffer;
    }
    NativeBuffer buffer = new NativeBuffer(16);
    buffer.bytes().putShort(0, (short) AF_INET).put(4, host.getAddress());
    putPort(buffer.bytes(), port);
    return buffer;
  }

  private static void putPort(ByteBuffer bytes, int port) {
    ByteOrder ours = bytes.order();
    bytes.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) port).order(ours);
  }
}
