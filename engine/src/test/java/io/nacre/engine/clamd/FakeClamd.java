package io.nacre.engine.clamd;

import io.nacre.engine.clamd.FakeSession.Asked;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A clamd that does what a test says, on a real socket.
 *
 * <p>A session that begins with a question is the monitor's, and has scripts of its own; each other
 * one gets the next script of those for scans, and the last one all that follow.
 */
final class FakeClamd implements AutoCloseable {

  /** What it does with one session, which ends with it. */
  interface Script {
    void serve(FakeSession session) throws IOException;
  }

  private interface Accept {
    Wire next() throws IOException;
  }

  private final ClamdAddress address;
  private final WakeUp stop = WakeUp.open();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Script> scans = new ConcurrentLinkedQueue<>();
  private final Queue<Script> questions = new ConcurrentLinkedQueue<>();
  private final Queue<String> commands = new ConcurrentLinkedQueue<>();
  private final Set<Wire> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger scanned = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AutoCloseable listening;

  /** Listens at {@code path}; {@code scripts} are for the sessions that scan. */
  FakeClamd(Path path, Script... scripts) throws IOException {
    this.address = new ClamdAddress.Unix(path.toString());
    this.scans.addAll(List.of(scripts));
    UnixSocket socket = UnixSocket.listen(path.toString(), 128);
    this.listening = socket;
    Poll poll = new Poll(socket.fd(), stop.fd());
    threads.execute(() -> acceptAll(() -> accept(socket, poll)));
  }

  /** Listens at a free port of {@code host}. */
  FakeClamd(InetAddress host, Script... scripts) throws IOException {
    ServerSocket socket = new ServerSocket(0, 128, host);
    this.address = new ClamdAddress.Tcp(host.getHostAddress(), socket.getLocalPort());
    this.scans.addAll(List.of(scripts));
    this.listening = socket;
    threads.execute(() -> acceptAll(() -> Wire.of(socket.accept())));
  }

  /** Answers every file with {@code results} by turns, and every question about itself. */
  static Script answering(String... results) {
    return answeringAs("1.4.3/27700/today", results);
  }

  /** Does the same with another VERSION. */
  static Script answeringAs(String version, String... results) {
    return session -> {
      int turn = 0;
      while (true) {
        switch (session.peek()) {
          case "zVERSION" -> session.say(ask(session) + ": ClamAV " + version);
          case "zPING" -> session.say(ask(session) + ": PONG");
          case "zSTATS" ->
              session.say(ask(session) + ": POOLS: 1\n\nTHREADS: live 1  idle 0 max 12");
          case "zIDSESSION" -> session.command(); // has no answer
          default -> session.say(session.file().reply(results[turn++ % results.length]));
        }
      }
    };
  }

  private static int ask(FakeSession session) throws IOException {
    session.command();
    return session.id();
  }

  /** Answers every file with what {@code result} says of its content. */
  static Script deciding(Function<String, String> result) {
    return session -> {
      while (true) {
        Asked file = session.file();
        session.say(file.reply(result.apply(file.content())));
      }
    };
  }

  /** Takes one file and ends the session without a word. */
  static Script breaking() {
    return FakeSession::file;
  }

  /** Takes whatever comes, and never says a word. */
  static Script silent() {
    return FakeSession::silence;
  }

  /** Answers one file with exactly {@code bytes}, and then nothing more. */
  static Script sending(String bytes) {
    return session -> {
      session.until("zFILDES");
      session.send(bytes);
      session.silence();
    };
  }

  /** Answers questions by {@code scripts} from now on, the last one again and again. */
  FakeClamd questions(Script... scripts) {
    questions.clear();
    questions.addAll(List.of(scripts));
    return this;
  }

  /** Returns where it listens. */
  ClamdAddress address() {
    return address;
  }

  /** Returns every command so far. */
  List<String> commands() {
    return List.copyOf(commands);
  }

  /** Returns how many files it was asked for so far. */
  long files() {
    return commands.stream().filter(Set.of("zFILDES", "zINSTREAM")::contains).count();
  }

  /** Returns the number of connections so far. */
  int accepted() {
    return accepted.get();
  }

  /** Returns the number of sessions so far that had a file to scan. */
  int scanSessions() {
    return scanned.get();
  }

  /** Returns the number of sessions that are over. */
  int ended() {
    return ended.get();
  }

  @Override
  public void close() throws Exception {
    stop.signal();
    if (address instanceof ClamdAddress.Tcp) {
      listening.close();
      for (Wire wire : open) {
        wire.close();
      }
    }
    threads.shutdownNow();
    if (!threads.awaitTermination(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a script does not end");
    }
    listening.close();
    stop.close();
    if (address instanceof ClamdAddress.Unix unix) {
      Files.deleteIfExists(Path.of(unix.path()));
    }
  }

  private Wire accept(UnixSocket socket, Poll poll) throws IOException {
    while (true) {
      poll.await(60_000);
      if (poll.isReady(1)) {
        throw new IOException("the test is over");
      }
      Optional<UnixSocket> next = socket.accept();
      if (next.isPresent()) {
        return Wire.of(next.get(), stop);
      }
    }
  }

  private void acceptAll(Accept accept) {
    try {
      while (true) {
        Wire wire = accept.next();
        open.add(wire);
        accepted.incrementAndGet();
        threads.execute(() -> serve(wire));
      }
    } catch (IOException | RejectedExecutionException closed) {
      return;
    }
  }

  private void serve(Wire wire) {
    try (wire) {
      FakeSession session = new FakeSession(wire, commands::add);
      session.until("zIDSESSION");
      script(session.peek()).serve(session);
    } catch (IOException | IllegalStateException gone) {
      // The client has left, or the test is over.
    } finally {
      open.remove(wire);
      ended.incrementAndGet();
    }
  }

  private Script script(String first) {
    if (Set.of("zPING", "zVERSION", "zSTATS").contains(first)) {
      return questions.isEmpty() ? answering("OK") : next(questions);
    }
    scanned.incrementAndGet();
    return next(scans);
  }

  private static synchronized Script next(Queue<Script> scripts) {
    return scripts.size() > 1 ? scripts.remove() : scripts.element();
  }
}
