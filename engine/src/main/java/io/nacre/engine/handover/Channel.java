package io.nacre.engine.handover;

import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.socket.UnixSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The connection between a running engine and its successor. No call waits without a bound. Belongs
 * to one thread.
 *
 * <p>Owns a descriptor that was passed, until {@link #takeDescriptor}.
 */
final class Channel implements AutoCloseable {
  private static final int HEADER = 5;
  private static final int LENGTH_MAX = 16 * 1024 * 1024;
  private static final byte CONTROL = 0;
  private static final byte CHUNK = 1;
  private static final String TYPE = "type";
  private static final long SEND_MILLIS = 10_000;

  private final UnixSocket socket;
  private final Poll poll;
  private final NativeBuffer in = new NativeBuffer(256 * 1024);
  private NativeBuffer out = new NativeBuffer(128 * 1024);
  private byte[] received = new byte[in.capacity()];
  private int length;
  private Optional<Fd> descriptor = Optional.empty();

  Channel(UnixSocket socket) {
    this.socket = socket;
    this.poll = new Poll(socket.fd());
  }

  /** Returns the descriptor that becomes readable with a message, and broken with the peer. */
  Fd fd() {
    return socket.fd();
  }

  /** Sends a message without arguments. */
  void send(String type) throws IOException {
    send(type, Map.of());
  }

  /** Sends a message. */
  void send(String type, Map<String, Object> body) throws IOException {
    send(CONTROL, control(type, body), Optional.empty());
  }

  /** Sends a message, and with it a copy of {@code passed}. */
  void sendWithDescriptor(String type, Map<String, Object> body, Fd passed) throws IOException {
    send(CONTROL, control(type, body), Optional.of(passed));
  }

  /** Sends everything of {@code state}; returns the number of records. */
  long send(TransferableState state) throws IOException {
    RecordWriter records =
        new RecordWriter(
            (chunk, size) -> {
              ByteArrayOutputStream bytes = new ByteArrayOutputStream(size + 64);
              DataOutputStream data = new DataOutputStream(bytes);
              data.writeUTF(state.name());
              data.write(chunk, 0, size);
              send(CHUNK, bytes.toByteArray(), Optional.empty());
            });
    state.send(records);
    return records.finish();
  }

  private static byte[] control(String type, Map<String, Object> body) {
    Map<String, Object> all = new TreeMap<>(body);
    all.put(TYPE, type);
    return Json.write(all).getBytes(StandardCharsets.UTF_8);
  }

  private void send(byte kind, byte[] content, Optional<Fd> passed) throws IOException {
    int size = HEADER + content.length;
    if (out.capacity() < size) {
      out = new NativeBuffer(size);
    }
    out.bytes().put(0, ByteBuffer.allocate(HEADER).putInt(content.length).put(kind).array());
    out.bytes().put(HEADER, content);
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SEND_MILLIS);
    for (int sent = 0; sent < size; ) {
      int taken =
          sent == 0 && passed.isPresent()
              ? socket.sendWithDescriptor(out, 0, size, passed.get().number())
              : socket.send(out, sent, size);
      sent += taken;
      if (taken == 0) {
        await(Poll.OUT, deadlineNanos, "take a message");
      }
    }
  }

  /**
   * Returns the next message.
   *
   * @param what what the message says, for the text of a timeout
   * @throws HandOverException if none comes within {@code millis}, or the peer has ended
   */
  Message receive(long millis, String what) throws IOException {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      Optional<Message> message = parse();
      if (message.isPresent()) {
        return message.get();
      }
      int count = read();
      if (count == 0) {
        await(Poll.IN, deadlineNanos, what);
      }
    }
  }

  /**
   * Returns the content of the next message of {@code type}; others before it are ignored.
   *
   * @throws HandOverException if none comes within {@code millis}, or the peer refuses
   */
  JsonObject receiveControl(String type, long millis) throws IOException {
    while (true) {
      if (receive(millis, "send “" + type + "”") instanceof Message.Control control) {
        if (control.type().equals(Protocol.REFUSED)) {
          throw new HandOverException(control.body().getString("reason"));
        }
        if (control.type().equals(type)) {
          return control.body();
        }
      }
    }
  }

  private int read() throws IOException {
    int count;
    try {
      count = socket.receiveWithDescriptor(in, 0, this::keep);
    } catch (ErrnoException e) {
      throw new HandOverException("the other engine cannot be reached: " + e.getMessage());
    }
    if (count < 0) {
      throw new HandOverException("the other engine has ended");
    }
    if (length + count > received.length) {
      received = Arrays.copyOf(received, Math.max(received.length * 2, length + count));
    }
    in.bytes().get(0, received, length, count);
    length += count;
    return count;
  }

  private void keep(Fd passed) {
    descriptor.ifPresent(Fd::close);
    descriptor = Optional.of(passed);
  }

  private void await(short event, long deadlineNanos, String what) throws IOException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (left <= 0) {
      throw new HandOverException("the other engine did not " + what + " in time");
    }
    poll.waitFor(0, event);
    poll.await((int) Math.min(left, 1_000));
  }

  /** Takes the first whole message off what was received. */
  private Optional<Message> parse() throws IOException {
    if (length < HEADER) {
      return Optional.empty();
    }
    ByteBuffer header = ByteBuffer.wrap(received);
    int size = header.getInt();
    byte kind = header.get();
    if (size < 0 || size > LENGTH_MAX) {
      throw new HandOverException("the other engine sent a message of " + size + " bytes");
    }
    if (length < HEADER + size) {
      return Optional.empty();
    }
    byte[] content = Arrays.copyOfRange(received, HEADER, HEADER + size);
    System.arraycopy(received, HEADER + size, received, 0, length - HEADER - size);
    length -= HEADER + size;
    return kind == CHUNK ? Optional.of(chunk(content)) : control(content);
  }

  private static Message chunk(byte[] content) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    return new Message.Chunk(in.readUTF(), in.readAllBytes());
  }

  private static Optional<Message> control(byte[] content) throws IOException {
    JsonObject body =
        Json.read(new String(content, StandardCharsets.UTF_8))
            .filter(read -> read.has(TYPE))
            .orElseThrow(() -> new HandOverException("the other engine sent no JSON"));
    return Optional.of(new Message.Control(body.getString(TYPE), body));
  }

  /** Fails if the peer has ended; what it sent before can still be received. */
  void throwIfEnded() throws IOException {
    poll.waitFor(0, (short) 0); // only its end
    poll.await(0);
    if (poll.isReady(0)) {
      throw new HandOverException("the other engine has ended");
    }
  }

  /** Returns the descriptor that was passed last; the caller owns it. */
  Fd takeDescriptor() throws HandOverException {
    Fd passed =
        descriptor.orElseThrow(() -> new HandOverException("the other engine passed no group"));
    descriptor = Optional.empty();
    return passed;
  }

  @Override
  public void close() {
    descriptor.ifPresent(Fd::close);
    socket.close();
  }
}
