package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.socket.PeerCredentials;
import io.nacre.linux.socket.StreamSocket;
import io.nacre.linux.socket.TcpSocket;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * One socket to clamd in an {@code IDSESSION}: each command has a number, and its reply carries
 * that number.
 *
 * <p>One thread at a time sends commands; one thread, which may be another, waits and receives.
 * Every wait ends at its timeout or when the engine stops. After any exception the session must be
 * closed: no later reply from it is a verdict.
 */
final class ClamdSession implements AutoCloseable {
  private static final byte[] IDSESSION = command("zIDSESSION");
  private static final byte[] VERSION = command("zVERSION");
  private static final byte[] STATS = command("zSTATS");
  private static final byte[] PING = command("zPING");
  private static final byte[] INSTREAM = command("zINSTREAM");

  /** FILDES and the one byte that the descriptor travels with. */
  private static final byte[] FILDES = command("zFILDES\0");

  private static final int REPLY_MAX = 16_384;
  private static final int CHUNK = 65_536;
  private static final int CONNECT_RETRY_MILLIS = 5;
  private static final int INTERRUPT = 2; // its index in the poll, if there is one

  private final StreamSocket socket;
  private final Poll poll;
  private final boolean hasInterrupt;
  private final NativeBuffer command = new NativeBuffer(64);
  private final NativeBuffer reply = new NativeBuffer(REPLY_MAX);
  private int received;
  private int commands;
  private long streamedBytes;
  private boolean streamedWhole;

  private ClamdSession(StreamSocket socket, WakeUp stop, Optional<WakeUp> interrupt) {
    this.socket = socket;
    this.poll =
        interrupt.isPresent()
            ? new Poll(socket.fd(), stop.fd(), interrupt.get().fd())
            : new Poll(socket.fd(), stop.fd());
    this.hasInterrupt = interrupt.isPresent();
    setInterruptible(false);
  }

  /**
   * Connects to clamd and begins a session.
   *
   * @param timeout the longest wait for the connection
   * @param stop ends every wait of the session
   * @param interrupt ends a wait of {@link #await} early
   */
  static ClamdSession open(
      ClamdAddress address, Duration timeout, WakeUp stop, Optional<WakeUp> interrupt)
      throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    ClamdSession session =
        address instanceof ClamdAddress.Tcp tcp
            ? new ClamdSession(TcpSocket.connect(resolve(tcp.host()), tcp.port()), stop, interrupt)
            : new ClamdSession(UnixSocket.stream(), stop, interrupt);
    try {
      session.connect(address, stop, deadlineNanos);
      session.send(IDSESSION, deadlineNanos);
      return session;
    } catch (IOException e) {
      session.close();
      throw e;
    }
  }

  /** Connects to clamd and begins a session whose waits have no interrupt. */
  static ClamdSession open(ClamdAddress address, Duration timeout, WakeUp stop) throws IOException {
    return open(address, timeout, stop, Optional.empty());
  }

  /**
   * Sends a FILDES command with {@code fd}, which stays open with its offset. Does not block.
   *
   * @return the number of the command, or nothing if the socket has no room for it now
   */
  Optional<Integer> fildes(int fd) throws IOException {
    if (!(socket instanceof UnixSocket local)) {
      throw new IOException("a descriptor cannot be passed over the network");
    }
    command.bytes().put(0, FILDES);
    return numbered(local.sendWithDescriptor(command, 0, FILDES.length, fd), FILDES.length);
  }

  /**
   * Sends a PING command. Does not block.
   *
   * @return the number of the command, or nothing if the socket has no room for it now
   */
  Optional<Integer> ping() throws IOException {
    command.bytes().put(0, PING);
    return numbered(socket.send(command, 0, PING.length), PING.length);
  }

  /**
   * Sends an INSTREAM command with the content of the file that {@code fd} is open on; stops early
   * when clamd replies before the end. Does not move the file offset.
   *
   * @return the number of the command
   */
  int stream(int fd, Duration timeout) throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    send(INSTREAM, deadlineNanos);
    NativeBuffer chunk = new NativeBuffer(4 + CHUNK);
    streamedBytes = 0;
    int length;
    do {
      length = Fd.readAt(fd, streamedBytes, chunk, 4, CHUNK);
      streamedBytes += length;
      chunk.bytes().order(ByteOrder.BIG_ENDIAN).putInt(0, length).order(ByteOrder.nativeOrder());
      streamedWhole = sendUntilReply(chunk, 4 + length, deadlineNanos);
    } while (streamedWhole && length > 0);
    return ++commands;
  }

  /** Returns the bytes of the last stream that were sent or announced. */
  long streamedBytes() {
    return streamedBytes;
  }

  /** Returns true if the last stream was sent to its end. */
  boolean isStreamedWhole() {
    return streamedWhole;
  }

  /** Sends PING and waits for PONG. */
  void ping(Duration timeout) throws IOException {
    ask("PING", PING, "PONG", timeout);
  }

  /** Returns clamd's VERSION: {@code ClamAV VERSION/DATABASE/DATE}. */
  String version(Duration timeout) throws IOException {
    return ask("VERSION", VERSION, "ClamAV ", timeout);
  }

  /** Returns clamd's STATS: its threads and its queue. */
  String stats(Duration timeout) throws IOException {
    return ask("STATS", STATS, "POOLS: ", timeout);
  }

  /** Waits for the reply to the last command; only when no other command is in progress. */
  ClamdReply reply(Duration timeout) throws IOException {
    ClamdReply reply = ClamdReply.parse(receive(System.nanoTime() + timeout.toNanos()));
    if (reply.id() != commands) {
      throw new IOException("clamd sent '" + reply.shown() + "'");
    }
    return reply;
  }

  /** Sends a command and waits for its reply; only when no other command is in progress. */
  private String ask(String name, byte[] sent, String beginning, Duration timeout)
      throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    send(sent, deadlineNanos);
    ClamdReply answer = ClamdReply.parse(receive(deadlineNanos));
    if (answer.id() != ++commands || !answer.rest().startsWith(beginning)) {
      throw new IOException("clamd sent '" + answer.shown() + "' to " + name);
    }
    return answer.rest();
  }

  /** Returns the process that listens at the other end, if it is on this machine. */
  Optional<PeerCredentials> peer() throws ErrnoException {
    return socket instanceof UnixSocket local ? Optional.of(local.peer()) : Optional.empty();
  }

  /**
   * Waits at most {@code timeout} for clamd to send something.
   *
   * @return false if it did not
   */
  boolean await(Duration timeout) throws IOException {
    poll.waitFor(0, Poll.IN);
    setInterruptible(true);
    try {
      await((int) Math.min(Math.max(timeout.toMillis() + 1, 0), 60_000));
    } finally {
      setInterruptible(false);
    }
    return poll.isReady(0);
  }

  /** Returns true if the last {@link #await} found the interrupt signalled. */
  boolean isInterrupted() {
    return hasInterrupt && poll.isReady(INTERRUPT);
  }

  /** Receives the bytes that clamd has sent by now. */
  void receive() throws IOException {
    if (received == REPLY_MAX) {
      throw new IOException("clamd's reply is longer than " + REPLY_MAX + " bytes");
    }
    int count = socket.receive(reply, received);
    if (count < 0) {
      throw new ErrnoException("recv", Errno.ECONNRESET);
    }
    received += count;
  }

  /** Removes and returns the next complete line, without its NUL. */
  Optional<String> nextLine() {
    for (int end = 0; end < received; end++) {
      if (reply.bytes().get(end) == 0) {
        String line = new String(reply.copy(0, end), StandardCharsets.UTF_8);
        byte[] rest = reply.copy(end + 1, received - end - 1);
        reply.bytes().put(0, rest);
        received = rest.length;
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    socket.close();
  }

  private Optional<Integer> numbered(int sent, int length) throws IOException {
    if (sent == 0) {
      return Optional.empty();
    }
    if (sent != length) {
      throw new IOException("clamd takes no command: " + sent + " bytes sent");
    }
    return Optional.of(++commands);
  }

  private void connect(ClamdAddress address, WakeUp stop, long deadlineNanos) throws IOException {
    if (socket instanceof UnixSocket local && address instanceof ClamdAddress.Unix unix) {
      Poll stopping = new Poll(stop.fd()); // an unconnected socket is ready, whatever is waited for
      while (!local.connect(unix.path())) {
        if (deadlineNanos - System.nanoTime() <= 0) {
          throw new SocketTimeoutException("clamd's backlog is full");
        }
        if (stopping.await(CONNECT_RETRY_MILLIS) > 0) {
          throw new StoppingException();
        }
      }
    } else if (socket instanceof TcpSocket remote) {
      poll.waitFor(0, Poll.OUT);
      awaitUntil(deadlineNanos, "clamd's host does not answer in time");
      remote.finishConnect();
    }
  }

  private static InetAddress resolve(String host) throws IOException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      UnknownHostException unknown = new UnknownHostException("the host " + host + " is not known");
      unknown.initCause(e);
      throw unknown;
    }
  }

  private void send(byte[] bytes, long deadlineNanos) throws IOException {
    command.bytes().put(0, bytes);
    send(command, bytes.length, /* untilReply= */ false, deadlineNanos);
  }

  /** Sends {@code length} bytes; returns false if clamd replied before all of them were sent. */
  private boolean send(NativeBuffer bytes, int length, boolean untilReply, long deadlineNanos)
      throws IOException {
    int sent = 0;
    while (true) {
      sent += socket.send(bytes, sent, length);
      if (sent == length) {
        return true;
      }
      poll.waitFor(0, untilReply ? (short) (Poll.OUT | Poll.IN) : Poll.OUT);
      awaitUntil(deadlineNanos, "clamd does not take what it is sent in time");
      if (untilReply && poll.has(0, Poll.IN)) {
        return false;
      }
    }
  }

  /** Sends {@code length} bytes; clamd may have replied and closed before all of them were sent. */
  private boolean sendUntilReply(NativeBuffer bytes, int length, long deadlineNanos)
      throws IOException {
    try {
      return send(bytes, length, /* untilReply= */ true, deadlineNanos);
    } catch (ErrnoException e) {
      poll.waitFor(0, Poll.IN);
      await(0);
      if (poll.has(0, Poll.IN)) {
        return false;
      }
      throw e;
    }
  }

  /** Receives one reply; only when at most one command is in progress. */
  private String receive(long deadlineNanos) throws IOException {
    poll.waitFor(0, Poll.IN);
    Optional<String> line = nextLine();
    while (line.isEmpty()) {
      awaitUntil(deadlineNanos, "clamd did not answer in time");
      receive();
      line = nextLine();
    }
    return line.get();
  }

  private void awaitUntil(long deadlineNanos, String otherwise) throws IOException {
    do {
      long millis = Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis();
      if (millis < 0) {
        throw new SocketTimeoutException(otherwise);
      }
      await((int) Math.min(millis + 1, 60_000));
    } while (!poll.isReady(0));
  }

  private void await(int millis) throws IOException {
    poll.await(millis);
    if (poll.isReady(1)) {
      throw new StoppingException();
    }
  }

  /**
   * Sets whether waits end at an interrupt: it stays signalled, and other waits would not sleep.
   */
  private void setInterruptible(boolean interruptible) {
    if (hasInterrupt) {
      poll.waitFor(INTERRUPT, interruptible ? Poll.IN : 0);
    }
  }

  private static byte[] command(String text) {
    return (text + "\0").getBytes(StandardCharsets.US_ASCII);
  }
}
