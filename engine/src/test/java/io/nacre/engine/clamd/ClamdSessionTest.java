package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.FakeClamd.Script;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
  void findsAFileClean() throws IOException {
    FakeClamd clamd = clamd(FakeClamd.answering("OK"));
    ClamdSession session = session();

    Verdict verdict = session.scan(file.fd(), LONG);

    assertThat(verdict).isEqualTo(new Verdict.Clean());
    assertThat(session.isOpen()).isTrue();
    assertThat(file.isOpen()).isTrue();
    assertThat(clamd.commands()).containsExactly("zIDSESSION", "zFILDES");
  }

  @Test
  void findsAFileInfected() throws IOException {
    clamd(FakeClamd.answering("Eicar-Test-Signature FOUND"));
    ClamdSession session = session();

    Verdict verdict = session.scan(file.fd(), LONG);

    assertThat(verdict).isEqualTo(new Verdict.Infected("Eicar-Test-Signature"));
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void scansManyFilesOneAfterTheOther() throws IOException {
    FakeClamd clamd = clamd(FakeClamd.answering("OK", "Eicar FOUND"));
    ClamdSession session = session();

    for (int i = 0; i < 50; i++) {
      assertThat(session.scan(file.fd(), LONG)).isEqualTo(new Verdict.Clean());
      assertThat(session.scan(file.fd(), LONG)).isEqualTo(new Verdict.Infected("Eicar"));
    }

    assertThat(clamd.accepted()).isEqualTo(1);
  }

  @Test
  void countsVersionAsACommandToo() throws IOException {
    clamd(FakeClamd.answering("OK"));
    ClamdSession session = session();

    String version = session.version(LONG);
    Verdict verdict = session.scan(file.fd(), LONG);

    assertThat(version).isEqualTo("ClamAV 1.4.3/27700/today");
    assertThat(verdict).isEqualTo(new Verdict.Clean());
  }

  @Test
  void knowsWhoIsAtTheOtherEnd() throws IOException {
    clamd(FakeClamd.answering("OK"));

    assertThat(session().peer().pid()).isEqualTo(ProcFs.self());
  }

  @Test
  void endsAfterAnError() throws IOException {
    clamd(FakeClamd.answering("Can't allocate memory ERROR"));
    ClamdSession session = session();

    Verdict verdict = session.scan(file.fd(), LONG);

    assertThat(verdict)
        .isEqualTo(
            new Verdict.Unscanned(
                FallbackReason.CLAMD_ERROR, "clamd said '1: fd[9]: Can't allocate memory ERROR'"));
    assertThat(session.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UNKNOWN COMMAND\0",
        "OK\0",
        "\0",
        "fd[9]: OK\0",
        "0: fd[9]: OK\0",
        "1: fd[9]: OK\n\0",
        "1: fd[9]: OK\u00002: fd[9]: OK\0",
        "1: fd[9]: \u00ff\u00fe\0",
      })
  void isNeverCleanForGarbage(String garbage) throws IOException {
    clamd(FakeClamd.sending(garbage));
    ClamdSession session = session();

    Verdict verdict = session.scan(file.fd(), LONG);

    assertThat(verdict).isInstanceOf(Verdict.Unscanned.class);
    assertThat(session.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2: fd[9]: OK\0", "7: fd[9]: Eicar FOUND\0", "10: fd[9]: x ERROR\0"})
  void takesNoAnswerToAnotherCommand(String reply) throws IOException {
    clamd(FakeClamd.sending(reply));
    ClamdSession session = session();

    assertThatThrownBy(() -> session.scan(file.fd(), LONG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("instead of 1");
  }

  @Test
  void takesNoAnswerTwice() throws IOException {
    clamd(
        session -> {
          session.until("zFILDES");
          session.say("1: fd[9]: OK");
          session.until("zFILDES");
          session.say("1: fd[9]: OK");
          session.silence();
        });
    ClamdSession session = session();
    session.scan(file.fd(), LONG);

    assertThatThrownBy(() -> session.scan(file.fd(), LONG))
        .isInstanceOf(IOException.class)
        .hasMessage("clamd answered command 1 instead of 2");
  }

  @Test
  void breaksWhenClamdEndsItInsteadOfAnAnswer() throws IOException {
    clamd(FakeClamd.breaking());
    ClamdSession session = session();

    assertThatThrownBy(() -> session.scan(file.fd(), LONG))
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

    assertThatThrownBy(() -> session.scan(file.fd(), LONG)).isInstanceOf(ErrnoException.class);
  }

  @Test
  void breaksAtTheLineOfAClamdThatWaitedTooLong() throws IOException {
    clamd(
        session -> {
          session.until("zFILDES");
          session.send("COMMAND READ TIMED OUT\n");
        });
    ClamdSession session = session();

    assertThatThrownBy(() -> session.scan(file.fd(), LONG)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1: fd", "1: fd[9]: OK", "1: fd[9]: Eicar FOUND"})
  void doesNotWaitLongerThanItMay(String half) throws IOException {
    clamd(FakeClamd.sending(half));
    ClamdSession session = session();

    assertThatThrownBy(() -> session.scan(file.fd(), SHORT))
        .isInstanceOf(SocketTimeoutException.class);
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

    assertThat(session().scan(file.fd(), LONG)).isEqualTo(new Verdict.Infected("Eicar"));
  }

  @ParameterizedTest
  @ValueSource(ints = {8_192, 10_000, 1_000_000})
  void doesNotTakeALineWithoutAnEnd(int length) throws IOException {
    clamd(FakeClamd.sending("x".repeat(length)));
    ClamdSession session = session();

    assertThatThrownBy(() -> session.scan(file.fd(), LONG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than 8192 bytes");
  }

  @Test
  void takesALongSignature() throws IOException {
    String signature = "x".repeat(8_192 - "1: fd[9]: ".length() - " FOUND".length() - 1);
    clamd(FakeClamd.answering(signature + " FOUND"));

    assertThat(session().scan(file.fd(), LONG)).isEqualTo(new Verdict.Infected(signature));
  }

  @Test
  void stopsAWaitAtOnce() throws IOException {
    FakeClamd clamd = clamd(FakeClamd.sending("1: fd[9]: "));
    ClamdSession session = session();
    CompletableFuture<Verdict> scan =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return session.scan(file.fd(), LONG);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            });
    await().until(() -> clamd.commands().contains("zFILDES"));

    stop.signal();

    assertThatThrownBy(scan::join).hasCauseInstanceOf(StoppingException.class);
  }

  @Test
  void isNotOpenedWhileTheEngineStops() throws IOException {
    stop.signal();
    try (UnixSocket listening = fullBacklog()) {
      assertThatThrownBy(() -> ClamdSession.open(path.toString(), LONG, stop))
          .isInstanceOf(StoppingException.class);
      assertThat(listening.fd().isOpen()).isTrue();
    }
  }

  @Test
  void isNotOpenedIfNobodyListens() {
    assertThatThrownBy(() -> ClamdSession.open(path.toString(), LONG, stop))
        .isInstanceOf(ErrnoException.class)
        .hasMessage("connect: No such file or directory");
  }

  @Test
  void doesNotWaitLongerThanItMayForAPlaceInTheBacklog() throws IOException {
    try (UnixSocket listening = fullBacklog()) {
      assertThatThrownBy(() -> ClamdSession.open(path.toString(), SHORT, stop))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("clamd's backlog is full");
      assertThat(listening.fd().isOpen()).isTrue();
    }
  }

  @Test
  void waitsForAPlaceInTheBacklog() throws Exception {
    try (UnixSocket listening = fullBacklog()) {
      CompletableFuture<ClamdSession> opening =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return ClamdSession.open(path.toString(), LONG, stop);
                } catch (IOException e) {
                  throw new CompletionException(e);
                }
              });

      listening.accept().orElseThrow().close();

      try (ClamdSession session = opening.join()) {
        assertThat(session.isOpen()).isTrue();
      }
    }
  }

  @Test
  void refusesAVersionThatIsNone() throws IOException {
    clamd(
        session -> {
          session.until("zVERSION");
          session.say("1: PONG");
          session.silence();
        });
    ClamdSession session = session();

    assertThatThrownBy(() -> session.version(LONG))
        .isInstanceOf(IOException.class)
        .hasMessage("clamd said '1: PONG' to VERSION");
  }

  private FakeClamd clamd(Script script) throws IOException {
    FakeClamd clamd = new FakeClamd(path, script);
    opened.add(clamd);
    return clamd;
  }

  private ClamdSession session() throws IOException {
    ClamdSession session = ClamdSession.open(path.toString(), LONG, stop);
    opened.add(session);
    return session;
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
