package io.nacre.engine.control;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.socket.PeerCredentials;
import io.nacre.linux.socket.UnixSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * One client of the control socket: one line in, one line out when the reply is complete, again and
 * again. Never waits.
 */
final class ControlConnection implements AutoCloseable {
  private static final int LINE_BYTES_MAX = 4096;
  private static final long IDLE_NANOS = Duration.ofSeconds(10).toNanos();

  /** The longest time until a reply; then the client is dropped. */
  private static final long REPLY_NANOS = Duration.ofMinutes(2).toNanos();

  private final UnixSocket socket;
  private final NativeBuffer in = new NativeBuffer(LINE_BYTES_MAX);
  private long startedAtNanos;
  private Optional<CompletableFuture<String>> pending = Optional.empty();
  private int received;
  private NativeBuffer out = new NativeBuffer(1);
  private int outLength;
  private int sent;
  private boolean finished;

  ControlConnection(UnixSocket socket, long nowNanos) {
    this.socket = socket;
    this.startedAtNanos = nowNanos;
  }

  Fd fd() {
    return socket.fd();
  }

  /** Returns the event to poll for: room for the reply, a line, or only the end of the client. */
  short pollEvents() {
    return pending.isPresent() ? 0 : sent < outLength ? Poll.OUT : Poll.IN;
  }

  /** Returns true if the client closed or failed, or it or its reply took too long. */
  boolean isFinished(long nowNanos) {
    long longest = pending.isPresent() ? REPLY_NANOS : IDLE_NANOS;
    return finished || nowNanos - startedAtNanos > longest;
  }

  /** Does one step without waiting; {@code reply} turns a line and its sender into a line. */
  void step(BiFunction<String, PeerCredentials, CompletableFuture<String>> reply) {
    if (pending.isPresent()) {
      finished = true; // only its end is polled for
      return;
    }
    try {
      if (sent < outLength) {
        sent += socket.send(out, sent, outLength);
        return;
      }
      int count = socket.receive(in, received);
      if (count < 0) {
        finished = true;
        return;
      }
      received += count;
      int end = endOfLine();
      if (end >= 0) {
        String line = new String(in.copy(0, end), StandardCharsets.UTF_8);
        received = 0; // one line at a time: a client waits for its reply
        CompletableFuture<String> answer = reply.apply(line, socket.peer());
        if (answer.isDone()) {
          send(answer.join());
        } else {
          pending = Optional.of(answer);
        }
      } else if (received == LINE_BYTES_MAX) {
        finished = true;
      }
    } catch (ErrnoException e) {
      finished = true; // the client closed meanwhile
    }
  }

  /** Sends the pending reply, if it is complete. */
  void deliver(long nowNanos) {
    if (pending.filter(CompletableFuture::isDone).isEmpty()) {
      return;
    }
    startedAtNanos = nowNanos; // the time for the reply is not the client's
    try {
      send(pending.get().join());
    } catch (ErrnoException e) {
      finished = true; // the client closed meanwhile
    }
    pending = Optional.empty();
  }

  @Override
  public void close() {
    socket.close();
  }

  private void send(String line) throws ErrnoException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    out = NativeBuffer.cString(bytes);
    outLength = bytes.length;
    sent = socket.send(out, 0, outLength);
  }

  private int endOfLine() {
    for (int i = 0; i < received; i++) {
      if (in.bytes().get(i) == '\n') {
        return i;
      }
    }
    return -1;
  }
}
