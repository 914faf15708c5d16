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
 * One client of the control socket: reads a line, writes a line when that is there, again and
 * again; never waits.
 */
final class ControlConnection implements AutoCloseable {
  private static final int LINE_MAX = 4096;
  private static final long IDLE_NANOS = Duration.ofSeconds(10).toNanos();

  /** A reply that takes longer is not waited for. */
  private static final long REPLY_NANOS = Duration.ofMinutes(2).toNanos();

  private final UnixSocket socket;
  private final NativeBuffer in = new NativeBuffer(LINE_MAX);
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

  /** Returns what to wait for: room for the reply, a line, or only that the client leaves. */
  short wanted() {
    return pending.isPresent() ? 0 : sent < outLength ? Poll.OUT : Poll.IN;
  }

  /** Returns true if it is over: the client left, failed, or took too long, or its reply did. */
  boolean isFinished(long nowNanos) {
    long longest = pending.isPresent() ? REPLY_NANOS : IDLE_NANOS;
    return finished || nowNanos - startedAtNanos > longest;
  }

  /** Does what can be done at once; {@code reply} makes a line from a line and its sender. */
  void step(BiFunction<String, PeerCredentials, CompletableFuture<String>> reply) {
    if (pending.isPresent()) {
      finished = true; // nothing is asked of it, so it left
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
        CompletableFuture<String> made = reply.apply(line, socket.peer());
        if (made.isDone()) {
          answer(made.join());
        } else {
          pending = Optional.of(made);
        }
      } else if (received == LINE_MAX) {
        finished = true;
      }
    } catch (ErrnoException e) {
      finished = true; // it left in between
    }
  }

  /** Sends the reply that was not there at once, if it is now. */
  void deliver(long nowNanos) {
    if (pending.filter(CompletableFuture::isDone).isEmpty()) {
      return;
    }
    startedAtNanos = nowNanos; // the time was ours
    try {
      answer(pending.get().join());
    } catch (ErrnoException e) {
      finished = true; // it left in between
    }
    pending = Optional.empty();
  }

  @Override
  public void close() {
    socket.close();
  }

  private void answer(String line) throws ErrnoException {
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
