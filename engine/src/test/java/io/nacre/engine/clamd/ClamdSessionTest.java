package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.fixture.clamd.FakeClamd.Script;
import io.nacre.engine.request.EventFile;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.PeerCredentials;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdSessionTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir Path directory;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private Path path;
  private EventFile file;
  private WakeUp stop;

  @BeforeEach
  void open() throws IOException {
    path = directory.resolve("clamd.sock");
    file = EventFile.open(Files.writeString(directory.resolve("f"), "content"));
    stop = WakeUp.open();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    file.close();
    stop.close();
  }

  @Test
  void passesTheDescriptorOfAFile() throws IOException {
    FakeClamd clamd = clamd(FakeClamd.deciding(content -> content + " FOUND"));
    ClamdSession session = session();

    Optional<Integer> id = session.fildes(file.fd());

    assertThat(id).contains(1);
    assertThat(line(session)).isEqualTo("1: fd[9]: content FOUND");
    assertThat(file.isOpen()).isTrue();
    assertThat(clamd.commands()).containsExactly("zIDSESSION", "zFILDES");
  }

  @Test
  void countsEveryCommand() throws IOException {
    clamd(FakeClamd.answering("OK"));
    ClamdSession session = session();

    String version = session.version(LONG);
    String stats = session.stats(LONG);
    session.ping(LONG);
    Optional<Integer> third = session.ping();
    Optional<Integer> fourth = session.fildes(file.fd());

    assertThat(version).isEqualTo("ClamAV 1.4.3/27700/today");
    assertThat(stats).contains("max 12");
    assertThat(third).contains(4);
    assertThat(fourth).contains(5);
    assertThat(line(session)).isEqualTo("4: PONG");
    assertThat(line(session)).isEqualTo("5: fd[9]: OK");
  }

  @Test
  void sendsManyCommandsBeforeAReplyAndTakesThoseInAnyOrder() throws IOException {
    clamd(
        session -> {
          List<String> replies = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            replies.add(0, session.file().reply("OK"));
          }
          session.send(String.join("\0", replies) + "\0");
          session.silence();
        });
    ClamdSession session = session();

    for (int id = 1; id <= 50; id++) {
      assertThat(session.fildes(file.fd())).contains(id);
    }

    for (int id = 50; id >= 1; id--) {
      assertThat(line(session)).isEqualTo(id + ": fd[9]: OK");
    }
    assertThat(session.nextLine()).isEmpty();
  }

  @Test
  void hasNoRoomWhenClamdTakesNothingMore() throws IOException {
    UnixSocket listening = UnixSocket.listen(path.toString(), 1);
    opened.add(listening);
    ClamdSession session = session();

    int sent = 0;
    while (session.fildes(file.fd()).isPresent()) {
      sent++;
    }

    assertThat(sent).isPositive();
    assertThat(session.ping()).isEmpty();
    assertThat(listening.accept()).isPresent();
  }

  @Test
  void knowsTheProcessAtTheOtherEnd() throws IOException {
    clamd(FakeClamd.answering("OK"));

    assertThat(session().peer().map(PeerCredentials::pid)).contains(ProcFs.self());
  }

  @Test
  void breaksWhenClamdEndsItInsteadOfAnAnswer() throws IOException {
    clamd(FakeClamd.breaking());
    ClamdSession session = session();
    session.fildes(file.fd());

    assertThatThrownBy(() -> line(session))
        .isInstanceOf(ErrnoException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void breaksWhenClamdEndsItWithinAnAnswer() throws IOException {
    clamd(
        session -> {
          session.until("zFILDES");
          session.send("1: fd[9]: OK");
        });
    ClamdSession session = session();
    session.fildes(file.fd());

    assertThatThrownBy(() -> line(session)).isInstanceOf(ErrnoException.class);
  }

  @Test
  void takesNoFileAfterTheEnd() throws IOException {
    FakeClamd clamd = clamd(FakeClamd.breaking());
    ClamdSession session = session();
    session.fildes(file.fd());
    await().until(() -> clamd.ended() == 1);

    assertThatThrownBy(() -> session.fildes(file.fd())).isInstanceOf(ErrnoException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1: fd", "1: fd[9]: OK", "1: fd[9]: Eicar FOUND"})
  void takesNoHalfLineForAReply(String half) throws IOException {
    clamd(FakeClamd.sending(half));
    ClamdSession session = session();
    session.fildes(file.fd());

    boolean arrived = session.await(SHORT);
    session.receive();

    assertThat(arrived).isEqualTo(!half.isEmpty());
    assertThat(session.nextLine()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1: PO", "1: PONG"})
  void doesNotWaitLongerThanItMay(String half) throws IOException {
    clamd(FakeClamd.answering("OK"))
        .questions(
            session -> {
              session.until("zPING");
              session.send(half);
              session.silence();
            });
    ClamdSession session = session();

    assertThatThrownBy(() -> session.ping(SHORT))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("clamd did not answer in time");
  }

  @Test
  void putsAnAnswerInPiecesTogether() throws IOException {
    clamd(
        session -> {
          session.until("zFILDES");
          for (String piece : "1: fd[9]: Eicar FOUND\0".split("(?<=\\G.{3})", -1)) {
            session.send(piece);
          }
          session.silence();
        });
    ClamdSession session = session();
    session.fildes(file.fd());

    assertThat(line(session)).isEqualTo("1: fd[9]: Eicar FOUND");
  }

  @ParameterizedTest
  @ValueSource(ints = {16_385, 20_000, 1_000_000})
  void doesNotTakeALineWithoutAnEnd(int length) throws IOException {
    clamd(FakeClamd.sending("x".repeat(length)));
    ClamdSession session = session();
    session.fildes(file.fd());

    assertThatThrownBy(() -> line(session))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than 16384 bytes");
  }

  @Test
  void takesALongSignature() throws IOException {
    String reply = "1: fd[9]: " + "x".repeat(16_384 - "1: fd[9]: ".length() - 7) + " FOUND";
    clamd(FakeClamd.sending(reply + "\0"));
    ClamdSession session = session();
    session.fildes(file.fd());

    assertThat(line(session)).isEqualTo(reply);
  }

  @Test
  void stopsAWaitAtOnce() throws IOException {
    FakeClamd clamd = clamd(FakeClamd.sending("1: fd[9]: "));
    ClamdSession session = session();
    session.fildes(file.fd());
    CompletableFuture<String> waiting = later(() -> line(session));
    await().until(() -> clamd.commands().contains("zFILDES"));

    stop.signal();

    assertThatThrownBy(waiting::join).hasCauseInstanceOf(StoppingException.class);
  }

  @Test
  void endsAWaitEarlyForAnInterrupt() throws Exception {
    clamd(FakeClamd.answering("OK"));
    try (WakeUp interrupt = WakeUp.open();
        ClamdSession session = ClamdSession.open(address(), LONG, stop, Optional.of(interrupt))) {
      CompletableFuture<Boolean> waiting = later(() -> session.await(LONG));

      interrupt.signal();

      assertThat(waiting.join()).isFalse();
    }
  }

  @Test
  void sleepsThroughAnInterruptWhileItConnects() throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Duration wait = Duration.ofSeconds(1);
    try (UnixSocket listening = fullBacklog();
        WakeUp interrupt = WakeUp.open()) {
      interrupt.signal();
      long before = threads.getCurrentThreadCpuTime();
      assertThatThrownBy(() -> ClamdSession.open(address(), wait, stop, Optional.of(interrupt)))
          .isInstanceOf(SocketTimeoutException.class);
      Duration ran = Duration.ofNanos(threads.getCurrentThreadCpuTime() - before);

      assertThat(ran).isLessThan(wait.dividedBy(2));
      assertThat(listening.fd().isOpen()).isTrue();
    }
  }

  @Test
  void isNotOpenedWhileTheEngineStops() throws IOException {
    stop.signal();
    try (UnixSocket listening = fullBacklog()) {
      assertThatThrownBy(() -> ClamdSession.open(address(), LONG, stop))
          .isInstanceOf(StoppingException.class);
      assertThat(listening.fd().isOpen()).isTrue();
    }
  }

  @Test
  void isNotOpenedIfNoProcessListens() {
    assertThatThrownBy(() -> ClamdSession.open(address(), LONG, stop))
        .isInstanceOf(ErrnoException.class)
        .hasMessage("connect: No such file or directory");
  }

  @Test
  void doesNotWaitLongerThanItMayForAPlaceInTheBacklog() throws IOException {
    try (UnixSocket listening = fullBacklog()) {
      assertThatThrownBy(() -> ClamdSession.open(address(), SHORT, stop))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("clamd's backlog is full");
      assertThat(listening.fd().isOpen()).isTrue();
    }
  }

  @Test
  void waitsForAPlaceInTheBacklog() throws Exception {
    try (UnixSocket listening = fullBacklog()) {
      CompletableFuture<ClamdSession> opening =
          later(() -> ClamdSession.open(address(), LONG, stop));

      listening.accept().orElseThrow().close();

      try (ClamdSession session = opening.join()) {
        assertThat(session.await(Duration.ZERO)).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1: UNKNOWN\0",
        "1: \0",
        "PONG\0",
        "2: PONG\0",
        "\0",
        "1: fd[9]: OK\0",
        "1: ClamAV\0",
      })
  void refusesAVersionThatIsNone(String reply) throws IOException {
    clamd(FakeClamd.silent())
        .questions(
            session -> {
              session.until("zVERSION");
              session.send(reply);
              session.silence();
            });
    ClamdSession session = session();

    assertThatThrownBy(() -> session.version(LONG))
        .isInstanceOf(IOException.class)
        .hasMessage("clamd sent '" + reply.substring(0, reply.length() - 1) + "' to VERSION");
  }

  private FakeClamd clamd(Script script) throws IOException {
    FakeClamd clamd = new FakeClamd(path, script);
    opened.add(clamd);
    return clamd;
  }

  private ClamdAddress address() {
    return new ClamdAddress.Unix(path.toString());
  }

  private ClamdSession session() throws IOException {
    ClamdSession session = ClamdSession.open(address(), LONG, stop);
    opened.add(session);
    return session;
  }

  /** Waits for the next line. */
  private static String line(ClamdSession session) throws IOException {
    Optional<String> line = session.nextLine();
    while (line.isEmpty()) {
      if (session.await(LONG)) {
        session.receive();
      }
      line = session.nextLine();
    }
    return line.get();
  }

  private interface Call<T> {
    T call() throws IOException;
  }

  private static <T> CompletableFuture<T> later(Call<T> call) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return call.call();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        });
  }

  /** Listens, and takes as many connections as there is room for. */
  private UnixSocket fullBacklog() throws IOException {
    UnixSocket listening = UnixSocket.listen(path.toString(), 0);
    boolean connected;
    do {
      UnixSocket client = UnixSocket.stream();
      opened.add(client);
      connected = client.connect(path.toString());
    } while (connected);
    return listening;
  }
}
