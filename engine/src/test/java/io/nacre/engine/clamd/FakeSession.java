package io.nacre.engine.clamd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** One session with a {@link FakeClamd}, as that sees it. */
final class FakeSession {

  /** A file that clamd is to scan. */
  record Asked(int id, String subject, String content) {
    /** Returns the reply that gives {@code result}. */
    String reply(String result) {
      return id + ": " + subject + ": " + result;
    }
  }

  private final Wire wire;
  private final Consumer<String> heard;
  private Optional<String> pushedBack = Optional.empty();
  private int id;

  FakeSession(Wire wire, Consumer<String> heard) {
    this.wire = wire;
    this.heard = heard;
  }

  /** Returns the next command, which {@link #command} will return again. */
  String peek() throws IOException {
    String next = command();
    pushedBack = Optional.of(next);
    return next;
  }

  /** Returns the next command without its terminator; fails without a client. */
  String command() throws IOException {
    if (pushedBack.isPresent()) {
      String next = pushedBack.get();
      pushedBack = Optional.empty();
      return next;
    }
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = read(); next != 0; next = read()) {
      line.write(next);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    if (text.equals("zFILDES")) {
      read(); // the byte that the descriptor travels with
    }
    heard.accept(text);
    if (!text.equals("zIDSESSION")) {
      id++;
    }
    return text;
  }

  /** Returns the number of the last command. */
  int id() {
    return id;
  }

  /** Waits for {@code expected}, other commands before it left unanswered. */
  void until(String expected) throws IOException {
    String command = command();
    while (!command.equals(expected)) {
      command = command();
    }
  }

  /** Waits for the next file; questions before it are answered. */
  Asked file() throws IOException {
    while (true) {
      switch (command()) {
        case "zFILDES" -> {
          return new Asked(id, "fd[9]", contentOfDescriptor());
        }
        case "zINSTREAM" -> {
          return new Asked(id, "stream", new String(stream(), UTF_8));
        }
        case "zPING" -> say(id + ": PONG");
        default -> {} // IDSESSION has no answer
      }
    }
  }

  /** Returns all that is streamed after an INSTREAM. */
  byte[] stream() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (int length = length(); length > 0; length = length()) {
      for (int i = 0; i < length; i++) {
        content.write(read());
      }
    }
    return content.toByteArray();
  }

  /** Reads {@code count} bytes and forgets them. */
  void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      read();
    }
  }

  /** Returns the length of the next chunk. */
  int length() throws IOException {
    return read() << 24 | read() << 16 | read() << 8 | read();
  }

  private String contentOfDescriptor() throws IOException {
    Optional<Fd> passed = wire.descriptor();
    if (passed.isEmpty()) {
      throw new IOException("no descriptor came with FILDES");
    }
    try (Fd file = passed.get()) {
      NativeBuffer content = new NativeBuffer(4096);
      return new String(content.copy(0, Fd.readAt(file.number(), 0, content, 0, 4096)), UTF_8);
    }
  }

  /** Sends {@code line} and its terminator. */
  void say(String line) throws IOException {
    send(line + "\0");
  }

  void send(String text) throws IOException {
    send(text.getBytes(UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    wire.write(bytes);
  }

  /** Says no more, and waits until the client goes. */
  void silence() throws IOException {
    while (wire.read() >= 0) {
      // Whatever it says.
    }
  }

  private int read() throws IOException {
    int next = wire.read();
    if (next < 0) {
      throw new IOException("the client is gone");
    }
    return next;
  }
}
