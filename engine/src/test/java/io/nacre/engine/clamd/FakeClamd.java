package io.nacre.engine.clamd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A clamd that does what a test says, on a real socket; passed descriptors go to nobody. */
final class FakeClamd implements AutoCloseable {

  /** What it does with one connection, which ends with it. */
  interface Script {
    void serve(Session session) throws IOException;
  }

  /** One connection. */
  static final class Session {
    private final SocketChannel channel;
    private final Queue<String> commands;

    private Session(SocketChannel channel, Queue<String> commands) {
      this.channel = channel;
      this.commands = commands;
    }

    /** Returns the next command without its terminator; fails when the client is gone. */
    String command() throws IOException {
      ByteArrayOutputStream command = new ByteArrayOutputStream();
      for (int next = read(); next != 0; next = read()) {
        command.write(next);
      }
      String text = command.toString(US_ASCII);
      if (text.equals("zFILDES")) {
        read(); // the byte that the descriptor travels with
      }
      commands.add(text);
      return text;
    }

    /** Waits for {@code expected}, other commands before it left unanswered. */
    void until(String expected) throws IOException {
      String command = command();
      while (!command.equals(expected)) {
        command = command();
      }
    }

    /** Sends {@code line} and its terminator. */
    void say(String line) throws IOException {
      send(line + "\0");
    }

    void send(String bytes) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(UTF_8));
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }

    /** Says no more, and waits until the client goes. */
    void silence() throws IOException {
      while (channel.read(ByteBuffer.allocate(64)) >= 0) {
        // Whatever it says.
      }
    }

    private int read() throws IOException {
      ByteBuffer one = ByteBuffer.allocate(1);
      if (channel.read(one) < 0) {
        throw new IOException("the client is gone");
      }
      return one.get(0) & 0xff;
    }
  }

  private final Path path;
  private final ServerSocketChannel listening;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Script> scripts = new ConcurrentLinkedQueue<>();
  private final Queue<String> commands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  /** Listens at {@code path}; each connection gets the next script, the last one all the others. */
  FakeClamd(Path path, Script... scripts) throws IOException {
    this.path = path;
    this.scripts.addAll(List.of(scripts));
    this.listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(path));
    threads.execute(this::acceptAll);
  }

  /** Answers every FILDES with {@code results} by turns, and every question about itself. */
  static Script answering(String... results) {
    return answeringAs("1.4.3/27700/today", results);
  }

  /** Does the same with another VERSION. */
  static Script answeringAs(String version, String... results) {
    return session -> {
      int turn = 0;
      for (int id = 0; ; ) {
        switch (session.command()) {
          case "zFILDES" -> session.say(++id + ": fd[9]: " + results[turn++ % results.length]);
          case "zVERSION" -> session.say(++id + ": ClamAV " + version);
          case "zPING" -> session.say(++id + ": PONG");
          case "zSTATS" -> session.say(++id + ": POOLS: 1\n\nTHREADS: live 1  idle 0 max 12");
          default -> {} // IDSESSION has no answer
        }
      }
    };
  }

  /** Takes one file and ends the session without a word. */
  static Script breaking() {
    return session -> session.until("zFILDES");
  }

  /** Takes whatever comes, and never says a word. */
  static Script silent() {
    return session -> {
      while (true) {
        session.command();
      }
    };
  }

  /** Answers one file with exactly {@code bytes}, and then nothing more. */
  static Script sending(String bytes) {
    return session -> {
      session.until("zFILDES");
      session.send(bytes);
      session.silence();
    };
  }

  /** Returns every command so far. */
  List<String> commands() {
    return List.copyOf(commands);
  }

  /** Returns the number of sessions so far. */
  int accepted() {
    return accepted.get();
  }

  /** Returns the number of sessions that are over. */
  int ended() {
    return ended.get();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    Files.deleteIfExists(path);
    threads.shutdownNow();
  }

  private void acceptAll() {
    while (true) {
      try {
        SocketChannel channel = listening.accept();
        accepted.incrementAndGet();
        Script script = scripts.size() > 1 ? scripts.remove() : scripts.element();
        threads.execute(() -> serve(channel, script));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(SocketChannel channel, Script script) {
    try (channel) {
      script.serve(new Session(channel, commands));
    } catch (IOException gone) {
      // The client has left, or the test is over.
    } finally {
      ended.incrementAndGet();
    }
  }
}
