package io.nacre.linux.socket;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;

/**
 * A non-blocking stream socket. One thread at a time sends, and one at a time receives, which may
 * be another.
 *
 * <p>No method waits: a call that cannot go on returns at once. The caller polls {@link #fd}
 * together with the descriptors that end its wait.
 */
public abstract sealed class StreamSocket implements AutoCloseable permits TcpSocket, UnixSocket {
  static final int SOCK_STREAM = 1;
  static final int SOCK_NONBLOCK = 04000;
  static final int SOCK_CLOEXEC = 02000000;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int SOL_SOCKET = 1;

  private final Fd fd;

  StreamSocket(Fd fd) {
    this.fd = fd;
  }

  /**
   * Sends bytes {@code from} up to {@code to} of {@code buffer}.
   *
   * @return the number of bytes taken, 0 if there is no room now
   */
  public int send(NativeBuffer buffer, int from, int to) throws ErrnoException {
    return sentOrRetry(
        "send",
        SocketLib.send(
            fd.number(),
            buffer.address() + from,
            checkedLength(buffer, from, to),
            MSG_DONTWAIT | MSG_NOSIGNAL));
  }

  /**
   * Receives to {@code buffer} from {@code from} on.
   *
   * @return the number of bytes, 0 if there are none now, -1 if the other end has closed
   */
  public int receive(NativeBuffer buffer, int from) throws ErrnoException {
    long length = checkedLength(buffer, from, buffer.capacity());
    long received = SocketLib.recv(fd.number(), buffer.address() + from, length, MSG_DONTWAIT);
    if (received < 0) {
      int errno = ErrnoException.lastErrno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return 0;
      }
      throw new ErrnoException("recv", errno);
    }
    return received == 0 ? -1 : (int) received;
  }

  /** Returns the descriptor to wait for. */
  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
  }

  static int sentOrRetry(String call, long sent) throws ErrnoException {
    if (sent < 0) {
      int errno = ErrnoException.lastErrno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return 0;
      }
      throw new ErrnoException(call, errno);
    }
    return (int) sent;
  }

  static long checkedLength(NativeBuffer buffer, int from, int to) {
    if (from < 0 || from > to || to > buffer.capacity()) {
      throw new IndexOutOfBoundsException(from + " to " + to);
    }
    return (long) to - from;
  }
}
