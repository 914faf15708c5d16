package io.nacre.engine.clamd;

import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.socket.PeerCredentials;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One clamd socket in {@code IDSESSION}: one command at a time, each with its reply.
 *
 * <p>Belongs to one thread. Every wait ends at its timeout or when the engine stops. After any
 * exception the session is of no use and must be closed: what else comes from it is no verdict.
 */
final class ClamdSession implements AutoCloseable {
  private static final byte[] IDSESSION = command("zIDSESSION");
  private static final byte[] VERSION = command("zVERSION");

  /** FILDES and the one byte that the descriptor travels with. */
  private static final byte[] FILDES = command("zFILDES\0");

  private static final int REPLY_MAX = 8192;
  private static final int CONNECT_RETRY_MILLIS = 5;

  private final UnixSocket socket;
  private final Poll poll;
  private final NativeBuffer command = new NativeBuffer(64);
  private final NativeBuffer reply = new NativeBuffer(REPLY_MAX);
  private int commands;

  private ClamdSession(UnixSocket socket, WakeUp stop) {
    this.socket = socket;
    this.poll = new Poll(socket.fd(), stop.fd());
  }

  /**
   * Connects to clamd and begins a session.
   *
   * @param path clamd's {@code LocalSocket}
   * @param timeout the longest wait for a place in clamd's backlog
   * @param stop ends every wait of the session
   */
  static ClamdSession open(String path, Duration timeout, WakeUp stop) throws IOException {
    ClamdSession session = new ClamdSession(UnixSocket.stream(), stop);
    try {
      session.connect(path, timeout);
      session.send(IDSESSION, timeout);
      return session;
    } catch (IOException e) {
      session.close();
      throw e;
    }
  }

  /**
   * Has the file that {@code fd} is open on scanned; neither closes it nor moves its offset.
   *
   * @param timeout the longest wait for the verdict
   */
  Verdict scan(int fd, Duration timeout) throws IOException {
    command.bytes().put(0, FILDES);
    int sent = socket.sendWithDescriptor(command, 0, FILDES.length, fd);
    if (sent != FILDES.length) {
      throw new IOException("clamd takes no command: " + sent + " bytes sent");
    }
    commands++;
    ClamdReply parsed = ClamdReply.parse(receive(timeout));
    if (parsed.id() != commands && parsed.id() != ClamdReply.NO_ID) {
      throw new IOException("clamd answered command " + parsed.id() + " instead of " + commands);
    }
    if (parsed.verdict() instanceof Verdict.Unscanned) {
      close(); // clamd ends a session after an error, and a reply without id fits no command
    }
    return parsed.verdict();
  }

  /** Returns what clamd says of itself: {@code ClamAV VERSION/DATABASE/DATE}. */
  String version(Duration timeout) throws IOException {
    send(VERSION, timeout);
    commands++;
    String line = receive(timeout);
    String expected = commands + ": ClamAV ";
    if (!line.startsWith(expected)) {
      throw new IOException("clamd said '" + line + "' to VERSION");
    }
    return line.substring(line.indexOf("ClamAV"));
  }

  /** Returns who listens at the other end. */
  PeerCredentials peer() throws ErrnoException {
    return socket.peer();
  }

  /** Returns true until the session is closed. */
  boolean isOpen() {
    return socket.fd().isOpen();
  }

  @Override
  public void close() {
    socket.close();
  }

  private void connect(String path, Duration timeout) throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    poll.waitFor(0, (short) 0); // an unconnected socket is always ready
    while (!socket.connect(path)) {
      if (deadlineNanos - System.nanoTime() <= 0) {
        throw new SocketTimeoutException("clamd's backlog is full");
      }
      await(CONNECT_RETRY_MILLIS);
    }
  }

  private void send(byte[] bytes, Duration timeout) throws IOException {
    command.bytes().put(0, bytes);
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    int sent = 0;
    while (sent < bytes.length) {
      sent += socket.send(command, sent, bytes.length);
      if (sent < bytes.length) {
        poll.waitFor(0, Poll.OUT);
        awaitUntil(deadlineNanos);
      }
    }
  }

  /** Receives one reply, up to its NUL; there is at most one under way. */
  private String receive(Duration timeout) throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    poll.waitFor(0, Poll.IN);
    int length = 0;
    while (true) {
      awaitUntil(deadlineNanos);
      int received = socket.receive(reply, length);
      if (received < 0) {
        throw new ErrnoException("recv", Errno.ECONNRESET);
      }
      length += received;
      if (length > 0 && reply.bytes().get(length - 1) == 0) {
        return new String(reply.copy(0, length - 1), StandardCharsets.UTF_8);
      }
      if (length == REPLY_MAX) {
        throw new IOException("clamd's reply is longer than " + REPLY_MAX + " bytes");
      }
    }
  }

  private void awaitUntil(long deadlineNanos) throws IOException {
    long millis = Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis();
    if (millis < 0) {
      throw new SocketTimeoutException("clamd did not answer in time");
    }
    await((int) Math.min(millis + 1, 60_000));
  }

  private void await(int millis) throws IOException {
    poll.await(millis);
    if (poll.isReady(1)) {
      throw new StoppingException();
    }
  }

  private static byte[] command(String text) {
    return (text + "\0").getBytes(StandardCharsets.US_ASCII);
  }
}
