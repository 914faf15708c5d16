package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.TestedPool.Scanned;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.fixture.clamd.FakeClamd.Script;
import io.nacre.engine.fixture.clamd.FakeSession;
import io.nacre.engine.fixture.clamd.FakeSession.ScanCommand;
import io.nacre.engine.request.FakeKernel.SentResponse;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdConnectionTest {
  @TempDir Path directory;

  private Optional<TestedPool> pool = Optional.empty();
  private Optional<FakeClamd> clamd = Optional.empty();

  @AfterEach
  void close() throws Exception {
    pool.ifPresent(TestedPool::close);
    if (clamd.isPresent()) {
      clamd.get().close();
    }
  }

  @Test
  void answersByTheVerdictAndThenSaysSo() throws IOException {
    clamd(FakeClamd.deciding(content -> content));
    TestedPool pool = pool(TestedPool.USUAL);

    Scanned clean = pool.scan(pool.request(file("OK"), /* waiting= */ true));
    Verdict first = clean.verdict();
    boolean answeredBefore = clean.request().isCompleted();
    Scanned infected = pool.scan(pool.request(file("Eicar FOUND"), /* waiting= */ true));
    Verdict second = infected.verdict();

    assertThat(first).isEqualTo(new Verdict.Clean());
    assertThat(answeredBefore).isTrue();
    assertThat(second).isEqualTo(new Verdict.Infected("Eicar"));
    assertThat(pool.kernel().responses())
        .containsExactly(
            new SentResponse(clean.request().file(), Response.ALLOW),
            new SentResponse(infected.request().file(), Response.DENY));
  }

  @Test
  void keepsItsSession() throws IOException {
    FakeClamd one = clamd(FakeClamd.answering("OK"));
    TestedPool pool = pool(TestedPool.USUAL);

    for (int i = 0; i < 10; i++) {
      assertThat(pool.scan("x").verdict()).isEqualTo(new Verdict.Clean());
    }

    assertThat(one.scanSessions()).isEqualTo(1);
  }

  @Test
  void givesUpWhenClamdIsSilentForTooLong() throws IOException {
    clamd(FakeClamd.silent());
    TestedPool pool = pool(settings(Duration.ofMillis(200), 0));

    assertThat(pool.scan("x").verdict())
        .isEqualTo(
            new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "clamd did not answer in time"));
  }

  @Test
  void givesUpOnASlowFileAndNotOnThoseAfterIt() throws IOException {
    FakeClamd twice =
        clamd(
            session -> {
              session.file();
              session.silence();
            },
            FakeClamd.answering("OK"));
    TestedPool pool = pool(TestedPool.USUAL);
    Scanned slow = pool.scan("slow");
    await().until(() -> twice.files() == 1);
    pool.passes(Duration.ofMinutes(3));
    Scanned other = pool.scan("other");

    pool.passes(Duration.ofMinutes(2));

    assertThat(slow.reason()).isEqualTo(FallbackReason.CLAMD_ERROR);
    assertThat(other.verdict()).isEqualTo(new Verdict.Clean());
  }

  @Test
  void saysThatClamdIsDown() throws IOException {
    TestedPool pool = pool(TestedPool.USUAL);
    await().until(() -> pool.state(0) == ClamdHealth.State.DOWN);

    Scanned scan = pool.scan(pool.request(file("x"), /* waiting= */ true));

    assertThat(scan.verdict())
        .isEqualTo(
            new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "connect: No such file or directory"));
    assertThat(pool.kernel().responses())
        .containsExactly(new SentResponse(scan.request().file(), Response.DENY));
  }

  @Test
  void usesAClamdThatComesBack() throws IOException {
    TestedPool pool = pool(TestedPool.USUAL);
    assertThat(pool.scan("x").reason()).isEqualTo(FallbackReason.CLAMD_DOWN);

    clamd(FakeClamd.answering("OK"));
    await().until(() -> pool.state(0) == ClamdHealth.State.UP);

    assertThat(pool.scan("x").verdict()).isEqualTo(new Verdict.Clean());
  }

  @Test
  void saysThatTheEngineIsStopping() throws IOException {
    FakeClamd silent = clamd(FakeClamd.silent());
    TestedPool pool = pool(TestedPool.USUAL);
    Scanned scan = pool.scan("x");
    await().until(() -> silent.scanSessions() == 1);

    pool.stop();

    assertThat(scan.verdict())
        .isEqualTo(new Verdict.Unscanned(FallbackReason.STOPPING, "the engine is stopping"));
    assertThat(scan.request().isCompleted()).isTrue();
  }

  @Test
  void leavesAnAnswerThatWasGivenAtTheDeadline() throws IOException {
    clamd(FakeClamd.answering("Eicar FOUND"));
    TestedPool pool = pool(TestedPool.USUAL);
    PermissionRequest late = pool.request(file("x"), /* waiting= */ true);
    late.answer(FallbackReason.DEADLINE, 0);

    Verdict verdict = pool.scan(late).verdict();

    assertThat(verdict).isEqualTo(new Verdict.Infected("Eicar"));
    assertThat(pool.kernel().responses()).hasSize(1);
    assertThat(late.answer().because())
        .isEqualTo(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
  }

  @Test
  void endsASessionThatIsIdleAndKeepsOne() throws IOException {
    AtomicInteger first = new AtomicInteger();
    AtomicInteger alone = new AtomicInteger();
    clamd(
        FakeClamd.breaking(),
        session -> untilItEnds(session, alone), // the file that broke the first
        session -> untilItEnds(session, first));
    TestedPool pool = pool(TestedPool.USUAL);
    assertThat(pool.scan("x").verdict()).isEqualTo(new Verdict.Clean());
    assertThat(pool.scan("y").verdict()).isEqualTo(new Verdict.Clean());

    await()
        .atMost(TestedPool.TIME_LIMIT)
        .until(
            () -> {
              pool.passes(Duration.ofSeconds(1));
              return alone.get() == 1;
            });

    assertThat(pool.scan("z").verdict()).isEqualTo(new Verdict.Clean());
    assertThat(first.get()).isZero();
  }

  @Test
  void asksForASignOfLifeWhileAScanLasts() throws IOException {
    AtomicInteger pings = new AtomicInteger();
    FakeClamd one =
        clamd(
            session -> {
              ScanCommand file = session.file();
              while (pings.get() < 3) {
                session.until("zPING");
                pings.incrementAndGet();
              }
              // As a clamd does whose threads are all busy: late, and all at once.
              session.send("2: PONG\0" + "3: PONG\0" + "4: PONG\0" + file.reply("Eicar FOUND\0"));
              session.silence();
            });
    TestedPool pool = pool(TestedPool.USUAL);
    Scanned scan = pool.scan("x");

    for (int i = 1; i <= 3; i++) {
      int count = i;
      await().until(() -> one.files() == 1);
      pool.passes(Duration.ofSeconds(10));
      await().until(() -> pings.get() == count);
    }

    assertThat(scan.verdict()).isEqualTo(new Verdict.Infected("Eicar"));
    assertThat(one.scanSessions()).isEqualTo(1);
  }

  @Test
  void opensAnotherSessionWhenThereIsNoSignOfLife() throws IOException {
    AtomicInteger first = new AtomicInteger();
    clamd(
        session -> {
          try {
            session.say(session.file().reply("OK"));
            session.silence();
          } finally {
            first.incrementAndGet();
          }
        },
        FakeClamd.answering("OK"));
    TestedPool pool = pool(TestedPool.USUAL);
    assertThat(pool.scan("x").verdict()).isEqualTo(new Verdict.Clean());

    await()
        .atMost(TestedPool.TIME_LIMIT)
        .until(
            () -> {
              pool.passes(Duration.ofSeconds(10));
              return first.get() == 1;
            });

    assertThat(pool.scan("y").verdict()).isEqualTo(new Verdict.Clean());
  }

  @Test
  void endsItsSessionsWhenItIsStopped() throws IOException {
    FakeClamd one = clamd(FakeClamd.answering("OK"));
    TestedPool pool = pool(TestedPool.USUAL);
    pool.scan("x").verdict();

    pool.close();

    await().until(() -> one.ended() == one.accepted());
  }

  private static void untilItEnds(FakeSession session, AtomicInteger ended) throws IOException {
    try {
      FakeClamd.answering("OK").serve(session);
    } finally {
      ended.incrementAndGet();
    }
  }

  private FakeClamd clamd(Script... scripts) throws IOException {
    FakeClamd opened = new FakeClamd(socket(), scripts);
    clamd = Optional.of(opened);
    return opened;
  }

  private TestedPool pool(ClamdPool.Settings settings) throws IOException {
    TestedPool opened =
        new TestedPool(
            directory,
            settings,
            TestedPool.endpoint(new ClamdAddress.Unix(socket().toString()), 16));
    pool = Optional.of(opened);
    return opened;
  }

  private static ClamdPool.Settings settings(Duration scanTimeout, int retries) {
    return new ClamdPool.Settings(
        TestedPool.TIME_LIMIT, scanTimeout, retries, Optional.empty(), TestedPool.DATABASE);
  }

  private Path socket() {
    return directory.resolve("clamd.sock");
  }

  private Path file(String content) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "f", ""), content);
  }
}
