package io.nacre.linux.socket;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/** A Unix stream socket, which can pass descriptors. */
public final class UnixSocket extends StreamSocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SCM_RIGHTS = 1;
  private static final int SO_PEERCRED = 17;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int MSG_CTRUNC = 0x8;
  private static final int NO_DESCRIPTOR = -1;

  /*
   * struct msghdr {               // offset
   *     void         *msg_name;        //  0
   *     socklen_t     msg_namelen;     //  8
   *     struct iovec *msg_iov;         // 16
   *     size_t        msg_iovlen;      // 24
   *     void         *msg_control;     // 32
   *     size_t        msg_controllen;  // 40
   *     int           msg_flags;       // 48
   * };                                 // 56
   * then, in the same memory: struct iovec at 56, and at 72
   * struct cmsghdr {
   *     size_t cmsg_len;          //  0: 16 + 4 for one descriptor
   *     int    cmsg_level;        //  8
   *     int    cmsg_type;         // 12
   *     int    fd;                // 16
   * };                            // 24 with padding
   */
  private static final int MESSAGE_SIZE = 56;
  private static final int IOV = MESSAGE_SIZE;
  private static final int CONTROL = IOV + 16;
  private static final int CONTROL_SIZE = 24;

  private final NativeBuffer message = new NativeBuffer(CONTROL + CONTROL_SIZE);

  private UnixSocket(Fd fd) {
    super(fd);
    ByteBuffer bytes = message.bytes();
    bytes.putLong(16, message.address() + IOV).putLong(24, 1);
    bytes.putLong(32, message.address() + CONTROL).putLong(40, CONTROL_SIZE);
    bytes.putLong(CONTROL, 20).putInt(CONTROL + 8, SOL_SOCKET).putInt(CONTROL + 12, SCM_RIGHTS);
  }

  /** Opens a stream socket that is not connected. */
  public static UnixSocket stream() throws ErrnoException {
    int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    return new UnixSocket(Fd.orThrow("socket", SocketLib.socket(AF_UNIX, type, 0)));
  }

  /** Opens two sockets that are connected to each other and keep message boundaries. */
  public static UnixSocket[] pair() throws ErrnoException {
    NativeBuffer numbers = new NativeBuffer(8);
    int type = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    if (SocketLib.socketpair(AF_UNIX, type, 0, numbers.address()) < 0) {
      throw ErrnoException.last("socketpair");
    }
    return new UnixSocket[] {
      new UnixSocket(new Fd(numbers.bytes().getInt(0))),
      new UnixSocket(new Fd(numbers.bytes().getInt(4)))
    };
  }

  /** Opens a socket that listens at {@code path}, which must not exist. */
  public static UnixSocket listen(String path, int backlog) throws ErrnoException {
    UnixAddress address = new UnixAddress(path);
    UnixSocket socket = stream();
    int failed = SocketLib.bind(socket.fd().number(), address.address(), address.length());
    Reference.reachabilityFence(address);
    if (failed < 0) {
      ErrnoException failure = ErrnoException.last("bind");
      socket.close();
      throw failure;
    }
    if (SocketLib.listen(socket.fd().number(), backlog) < 0) {
      ErrnoException failure = ErrnoException.last("listen");
      socket.close();
      throw failure;
    }
    return socket;
  }

  /** Sends one datagram to {@code path}; never waits, even if no process reads there. */
  public static void sendDatagram(String path, byte[] payload) throws ErrnoException {
    UnixAddress address = new UnixAddress(path);
    NativeBuffer bytes = NativeBuffer.cString(payload);
    try (Fd socket =
        Fd.orThrow("socket", SocketLib.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))) {
      long sent =
          SocketLib.sendto(
              socket.number(),
              bytes.address(),
              payload.length,
              MSG_DONTWAIT | MSG_NOSIGNAL,
              address.address(),
              address.length());
      Reference.reachabilityFence(bytes);
      Reference.reachabilityFence(address);
      if (sent < 0) {
        throw ErrnoException.last("sendto");
      }
    }
  }

  /**
   * Connects to the socket that listens at {@code path}.
   *
   * @return false if its backlog is full now; try again later
   */
  public boolean connect(String path) throws ErrnoException {
    UnixAddress address = new UnixAddress(path);
    int failed = SocketLib.connect(fd().number(), address.address(), address.length());
    Reference.reachabilityFence(address);
    if (failed < 0) {
      int errno = ErrnoException.lastErrno();
      if (errno == Errno.EAGAIN) {
        return false;
      }
      throw new ErrnoException("connect", errno);
    }
    return true;
  }

  /**
   * Takes the next connection off a listening socket.
   *
   * @return nothing if none waits
   */
  public Optional<UnixSocket> accept() throws ErrnoException {
    int accepted = SocketLib.accept4(fd().number(), 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted < 0) {
      int errno = ErrnoException.lastErrno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return Optional.empty();
      }
      throw new ErrnoException("accept4", errno);
    }
    return Optional.of(new UnixSocket(new Fd(accepted)));
  }

  /**
   * Sends bytes {@code from} up to {@code to} of {@code buffer}, and a copy of the descriptor
   * {@code passed} with the first of them.
   *
   * @return the number of bytes taken, 0 if there is no room now and nothing was passed
   */
  public int sendWithDescriptor(NativeBuffer buffer, int from, int to, int passed)
      throws ErrnoException {
    ByteBuffer bytes = message.bytes();
    bytes.putLong(IOV, buffer.address() + from);
    bytes.putLong(IOV + 8, checkedLength(buffer, from, to));
    bytes.putInt(CONTROL + 16, passed);
    return sentOrRetry(
        "sendmsg",
        SocketLib.sendmsg(fd().number(), message.address(), MSG_DONTWAIT | MSG_NOSIGNAL));
  }

  /**
   * Receives to {@code buffer} from {@code from} on, and hands over the descriptor that was passed
   * with these bytes, if one was. The receiver owns it.
   *
   * @return the number of bytes, 0 if there are none now, -1 if the other end has closed
   */
  public int receiveWithDescriptor(NativeBuffer buffer, int from, Consumer<Fd> passed)
      throws ErrnoException {
    NativeBuffer header = new NativeBuffer(CONTROL + CONTROL_SIZE);
    ByteBuffer bytes = header.bytes();
    bytes.putLong(16, header.address() + IOV).putLong(24, 1);
    bytes.putLong(32, header.address() + CONTROL).putLong(40, CONTROL_SIZE);
    bytes.putLong(IOV, buffer.address() + from);
    bytes.putLong(IOV + 8, checkedLength(buffer, from, buffer.capacity()));
    bytes.putInt(CONTROL + 16, NO_DESCRIPTOR);
    long received =
        SocketLib.recvmsg(fd().number(), header.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (received < 0) {
      int errno = ErrnoException.lastErrno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return 0;
      }
      throw new ErrnoException("recvmsg", errno);
    }
    boolean hasDescriptor =
        bytes.getLong(40) >= CONTROL_SIZE - 4 && bytes.getInt(CONTROL + 12) == SCM_RIGHTS;
    if (hasDescriptor) {
      passed.accept(new Fd(bytes.getInt(CONTROL + 16)));
      if (bytes.getLong(CONTROL) >= CONTROL_SIZE) { // a second one fits into the padding
        new Fd(bytes.getInt(CONTROL + 20)).close();
      }
    } else if ((bytes.getInt(48) & MSG_CTRUNC) != 0) {
      throw new ErrnoException("recvmsg", Errno.EMFILE); // no number was free for it
    }
    return received == 0 ? -1 : (int) received;
  }

  /** Returns the process at the other end. */
  public PeerCredentials peer() throws ErrnoException {
    /*
     * struct ucred { pid_t pid; uid_t uid; gid_t gid; };   // 12 bytes, its length behind it
     */
    NativeBuffer ucred = new NativeBuffer(16);
    ucred.bytes().putInt(12, 12);
    int failed =
        SocketLib.getsockopt(
            fd().number(), SOL_SOCKET, SO_PEERCRED, ucred.address(), ucred.address() + 12);
    if (failed < 0) {
      throw ErrnoException.last("getsockopt");
    }
    ByteBuffer bytes = ucred.bytes();
    return new PeerCredentials(bytes.getInt(0), bytes.getInt(4), bytes.getInt(8));
  }
}
