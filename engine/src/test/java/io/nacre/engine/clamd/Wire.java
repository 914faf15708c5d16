package io.nacre.engine.clamd;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.socket.UnixSocket;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** The bytes of one connection, as clamd sees them; every call waits. */
abstract class Wire implements AutoCloseable {

  /** Returns the next byte, or -1 at the end. */
  abstract int read() throws IOException;

  abstract void write(byte[] bytes) throws IOException;

  /** Returns the next descriptor that was passed, whose owner is the caller now. */
  abstract Optional<Fd> descriptor();

  @Override
  public abstract void close() throws IOException;

  /** A connection of this machine, until {@code stop} is signalled. */
  static Wire of(UnixSocket socket, WakeUp stop) {
    return new Local(socket, stop);
  }

  /** A connection over the network. */
  static Wire of(Socket socket) throws IOException {
    return new Remote(socket);
  }

  private static final class Local extends Wire {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /* struct msghdr, then struct iovec at 56 and struct cmsghdr at 72, as in UnixSocket. */
    private static final int IOV = 56;
    private static final int CONTROL = 72;
    private static final int CONTROL_SIZE = 24;

    private final UnixSocket socket;
    private final Poll poll;
    private final NativeBuffer received = new NativeBuffer(65_536);
    private final NativeBuffer sent = new NativeBuffer(65_536);
    private final NativeBuffer message = new NativeBuffer(CONTROL + CONTROL_SIZE);
    private final Queue<Fd> descriptors = new ArrayDeque<>();
    private InputStream left = InputStream.nullInputStream();

    Local(UnixSocket socket, WakeUp stop) {
      this.socket = socket;
      this.poll = new Poll(socket.fd(), stop.fd());
    }

    @Override
    int read() throws IOException {
      int next = left.read();
      while (next < 0) {
        long count = receive();
        if (count == 0) {
          return -1;
        }
        left = new ByteArrayInputStream(received.copy(0, (int) Math.max(0, count)));
        next = left.read();
      }
      return next;
    }

    /** Returns the number of bytes, 0 at the end, -1 to be called again. */
    private long receive() throws ErrnoException {
      await(Poll.IN);
      message.bytes().putLong(16, message.address() + IOV).putLong(24, 1);
      message.bytes().putLong(32, message.address() + CONTROL).putLong(40, CONTROL_SIZE);
      message.bytes().putLong(IOV, received.address()).putLong(IOV + 8, received.capacity());
      message.bytes().putInt(CONTROL + 16, -1);
      long count =
          ReceiveLib.recvmsg(
              socket.fd().number(), message.address(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
      Reference.reachabilityFence(this);
      int passed = message.bytes().getInt(CONTROL + 16);
      if (passed >= 0) {
        descriptors.add(new Fd(passed));
      }
      return count;
    }

    @Override
    void write(byte[] bytes) throws IOException {
      for (int from = 0; from < bytes.length; ) {
        int length = Math.min(bytes.length - from, sent.capacity());
        sent.bytes().put(0, bytes, from, length);
        int taken = socket.send(sent, 0, length);
        if (taken == 0) {
          await(Poll.OUT);
        }
        from += taken;
      }
    }

    private void await(short events) throws ErrnoException {
      poll.waitFor(0, events);
      poll.await(60_000);
      if (poll.isReady(1)) {
        throw new IllegalStateException("the test is over");
      }
    }

    @Override
    Optional<Fd> descriptor() {
      return Optional.ofNullable(descriptors.poll());
    }

    @Override
    public void close() {
      socket.close();
      descriptors.forEach(Fd::close);
    }
  }

  private static final class Remote extends Wire {
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    Remote(Socket socket) throws IOException {
      this.socket = socket;
      this.input = new BufferedInputStream(socket.getInputStream());
      this.output = socket.getOutputStream();
    }

    @Override
    int read() throws IOException {
      return input.read();
    }

    @Override
    void write(byte[] bytes) throws IOException {
      output.write(bytes);
    }

    @Override
    Optional<Fd> descriptor() {
      return Optional.empty();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
