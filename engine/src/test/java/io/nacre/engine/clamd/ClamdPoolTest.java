package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.TestedPool.Scanned;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.fixture.clamd.FakeClamd.Script;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel.SentResponse;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One clamd, one file after the other: what becomes of a scan when something is wrong. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdPoolTest {
  @TempDir Path directory;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void scansAgainInANewSessionWhenOneBreaks() throws IOException {
    FakeClamd twice = clamd(FakeClamd.breaking(), FakeClamd.answering("OK"));

    Scanned scan = pool(1).scan("x");

    assertThat(scan.verdict()).isEqualTo(new Verdict.Clean());
    assertThat(twice.scanSessions()).isEqualTo(2);
  }

  @Test
  void scansAgainInANewSessionWhenAnotherCommandIsAnswered() throws IOException {
    FakeClamd twice =
        clamd(FakeClamd.sending("2: fd[9]: OK\0"), FakeClamd.answering("Eicar FOUND"));

    Scanned scan = pool(1).scan("x");

    assertThat(scan.verdict()).isEqualTo(new Verdict.Infected("Eicar"));
    assertThat(twice.scanSessions()).isEqualTo(2);
  }

  @Test
  void givesUpWhenSessionsBreakAgainAndAgain() throws IOException {
    FakeClamd often = clamd(FakeClamd.breaking());
    TestedPool pool = pool(2);

    Scanned scan = pool.scan(pool.request(file(), /* waiting= */ true));

    assertThat(scan.reason()).isEqualTo(FallbackReason.CLAMD_ERROR);
    assertThat(often.files()).isEqualTo(3);
    assertThat(pool.kernel().responses())
        .containsExactly(new SentResponse(scan.request().file(), Response.DENY));
  }

  @Test
  void doesNotScanAgainWhatClamdRefuses() throws IOException {
    FakeClamd refusing = clamd(FakeClamd.answering("Can't allocate memory ERROR", "OK"));

    Scanned scan = pool(5).scan("x");

    assertThat(scan.verdict())
        .isEqualTo(
            new Verdict.Unscanned(
                FallbackReason.CLAMD_ERROR, "clamd sent '1: fd[9]: Can't allocate memory ERROR'"));
    assertThat(refusing.files()).isEqualTo(1);
  }

  @Test
  void goesOnInANewSessionAfterAnError() throws IOException {
    FakeClamd twice = clamd(FakeClamd.answering("x ERROR"), FakeClamd.answering("OK"));
    TestedPool pool = pool(0);
    assertThat(pool.scan("x").reason()).isEqualTo(FallbackReason.CLAMD_ERROR);

    assertThat(pool.scan("y").verdict()).isEqualTo(new Verdict.Clean());

    assertThat(twice.scanSessions()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UNKNOWN COMMAND\0",
        "OK\0",
        "\0",
        "\0\0\0",
        "fd[9]: OK\0",
        "0: fd[9]: OK\0",
        "01: fd[9]: OK\0",
        "2: fd[9]: OK\0",
        "7: fd[9]: Eicar FOUND\0",
        "10: fd[9]: x ERROR\0",
        "1: PONG\0",
        "1: stream: OK\0",
        "1: fd[9]: OK\n\0",
        "1: fd[9]: OK\n1: fd[9]: OK\0",
        "1: fd[9]: \u00ff\u00fe\0",
        "COMMAND READ TIMED OUT\n\0",
      })
  void isNeverCleanForGarbage(String garbage) throws IOException {
    clamd(FakeClamd.sending(garbage));

    assertThat(pool(0).scan("x").reason()).isEqualTo(FallbackReason.CLAMD_ERROR);
  }

  @Test
  void takesNoAnswerTwice() throws IOException {
    FakeClamd clamd =
        clamd(
            session -> {
              session.say(session.file().reply("OK"));
              session.file();
              session.say("1: fd[9]: OK");
              session.silence();
            },
            FakeClamd.answering("Eicar FOUND"));
    TestedPool pool = pool(1);
    assertThat(pool.scan("x").verdict()).isEqualTo(new Verdict.Clean());

    assertThat(pool.scan("y").verdict()).isEqualTo(new Verdict.Infected("Eicar"));

    assertThat(clamd.scanSessions()).isEqualTo(2);
  }

  @Test
  void takesNoAnswerBeforeTheQuestion() throws IOException {
    AtomicInteger ended = new AtomicInteger();
    clamd(
        session -> {
          session.send(session.file().reply("OK\0") + "2: fd[9]: OK\0");
          session.silence();
          ended.incrementAndGet();
        },
        FakeClamd.answering("Eicar FOUND"));
    TestedPool pool = pool(1);
    assertThat(pool.scan("x").verdict()).isEqualTo(new Verdict.Clean());
    await().until(() -> ended.get() == 1);

    assertThat(pool.scan("y").verdict()).isEqualTo(new Verdict.Infected("Eicar"));
  }

  @Test
  void answersWhatIsUnderWayAndWhatWaitsWhenTheEngineStops() throws IOException {
    FakeClamd clamd = clamd(FakeClamd.silent());
    TestedPool pool = pool(2);
    List<Scanned> scans = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      scans.add(pool.scan("x"));
    }
    await().until(() -> clamd.scanSessions() > 0);

    pool.stop();

    assertThat(scans).allMatch(scan -> scan.reason() == FallbackReason.STOPPING);
    assertThat(scans).allMatch(scan -> scan.request().isCompleted());
  }

  @Test
  void answersWhatWaitsForASessionWhenTheEngineStops() throws IOException {
    try (UnixSocket listening = UnixSocket.listen(socket().toString(), 0)) {
      boolean connected;
      do { // until its backlog is full
        UnixSocket client = UnixSocket.stream();
        opened.add(client);
        connected = client.connect(socket().toString());
      } while (connected);
      TestedPool pool = pool(2);
      Scanned scan = pool.scan("x");

      pool.stop();

      assertThat(scan.reason()).isEqualTo(FallbackReason.STOPPING);
      assertThat(listening.fd().isOpen()).isTrue();
    }
  }

  @Test
  void keepsNoDescriptor() throws Exception {
    scanAndStop(); // so that all classes are there
    long before = descriptors();

    scanAndStop();

    await().until(() -> descriptors() <= before);
  }

  private void scanAndStop() throws Exception {
    Path file = file();
    try (FakeClamd clamd =
            new FakeClamd(
                socket(), FakeClamd.breaking(), FakeClamd.answering("OK", "x ERROR", "OK"));
        TestedPool pool = new TestedPool(directory, settings(1), endpoint())) {
      for (int i = 0; i < 30; i++) {
        pool.scan(file).verdict();
      }
      await().until(() -> EventFile.openOn(file) == 0);
      assertThat(clamd.files()).isGreaterThanOrEqualTo(30);
    }
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private FakeClamd clamd(Script... scripts) throws IOException {
    FakeClamd clamd = new FakeClamd(socket(), scripts);
    opened.add(clamd);
    return clamd;
  }

  private TestedPool pool(int retries) throws IOException {
    TestedPool pool = new TestedPool(directory, settings(retries), endpoint());
    opened.add(0, pool);
    return pool;
  }

  private ClamdEndpoint endpoint() {
    return TestedPool.endpoint(new ClamdAddress.Unix(socket().toString()), 16);
  }

  private static ClamdPool.Settings settings(int retries) {
    return new ClamdPool.Settings(
        TestedPool.TIME_LIMIT,
        Duration.ofMinutes(5),
        retries,
        Optional.empty(),
        TestedPool.DATABASE);
  }

  private Path socket() {
    return directory.resolve("clamd.sock");
  }

  private Path file() throws IOException {
    return Files.writeString(Files.createTempFile(directory, "f", ""), "content");
  }
}
