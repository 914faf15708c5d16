package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.ClamdHealth.State;
import io.nacre.engine.clamd.TestedPool.Scanned;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.Transport;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.fixture.clamd.FakeClamd.Script;
import io.nacre.engine.fixture.clamd.HeldFiles;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Which of two clamds a file is given to, and what becomes of it when that one fails. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SeveralClamdsTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Verdict INFECTED = new Verdict.Infected("Eicar");

  @TempDir Path directory;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void shareTheScansByTheirWeights() throws Exception {
    HeldFiles light = new HeldFiles();
    HeldFiles heavy = new HeldFiles();
    clamd("a", light);
    clamd("b", heavy);
    TestedPool pool = pool(0, Optional.empty(), endpoint("a", 1, 12), endpoint("b", 3, 12));
    awaitBoth(pool, light, heavy);

    List<Scanned> scans = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      scans.add(pool.scan("x"));
    }
    await().until(() -> light.count() + heavy.count() == 12);

    assertThat(light.count()).isEqualTo(3);
    assertThat(heavy.count()).isEqualTo(9);
    light.answer(content -> "OK");
    heavy.answer(content -> "Eicar FOUND");
    assertThat(scans).allMatch(scan -> scan.verdict() != null);
  }

  @Test
  void giveWhatOneHasNoRoomForToTheOther() throws Exception {
    HeldFiles small = new HeldFiles();
    HeldFiles big = new HeldFiles();
    clamd("a", small);
    clamd("b", big);
    TestedPool pool = pool(0, Optional.empty(), endpoint("a", 100, 2), endpoint("b", 1, 12));
    awaitBoth(pool, small, big);

    List<Scanned> scans = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      scans.add(pool.scan("x"));
    }
    await().until(() -> small.count() == 2 && big.count() == 12);
    while (scans.stream().anyMatch(scan -> !scan.over().isDone())) {
      small.answer(content -> "OK");
      big.answer(content -> "OK");
      Thread.onSpinWait();
    }

    assertThat(scans).allMatch(scan -> scan.verdict().equals(CLEAN));
  }

  @Test
  void answerAtOnceWhenAllAreDown() throws Exception {
    TestedPool pool = pool(0, Optional.empty(), endpoint("a"), endpoint("b"));

    assertThat(pool.scan("x").reason()).isEqualTo(FallbackReason.CLAMD_DOWN);
    await().until(() -> pool.state(0) == State.DOWN && pool.state(1) == State.DOWN);

    Scanned scan = pool.scan("x");

    assertThat(scan.over()).isDone();
    assertThat(scan.verdict())
        .isEqualTo(
            new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "connect: No such file or directory"));
  }

  @Test
  void stepInForOneThatIsDown() throws Exception {
    clamd("b", FakeClamd.answering("Eicar FOUND"));
    TestedPool pool = pool(0, Optional.empty(), endpoint("a"), endpoint("b"));

    for (int i = 0; i < 20; i++) {
      assertThat(pool.scan("x").verdict()).isEqualTo(INFECTED);
    }
  }

  @Test
  void stepInForOneThatDiesWithScansUnderWay() throws Exception {
    HeldFiles held = new HeldFiles();
    FakeClamd dying = new FakeClamd(path("a"), held);
    TestedPool pool = pool(0, Optional.empty(), endpoint("a"), endpoint("b"));
    List<Scanned> scans = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      scans.add(pool.scan("x"));
    }
    await().until(() -> held.count() == 12);
    clamd("b", FakeClamd.answering("Eicar FOUND"));
    await().until(() -> pool.state(1) == State.UP);

    dying.close();

    assertThat(scans).allMatch(scan -> scan.verdict().equals(INFECTED));
  }

  @Test
  void stepInForOneThatFallsSilentWithScansUnderWay() throws Exception {
    HeldFiles held = new HeldFiles();
    FakeClamd silent = clamd("a", held);
    TestedPool pool = pool(0, Optional.empty(), endpoint("a"), endpoint("b"));
    Scanned scan = pool.scan("x");
    await().until(() -> held.count() == 1);
    clamd("b", FakeClamd.answering("Eicar FOUND"));
    await().until(() -> pool.state(1) == State.UP);

    silent.questions(FakeClamd.silent());

    assertThat(scan.verdict()).isEqualTo(INFECTED);
    assertThat(pool.state(0)).isEqualTo(State.SILENT);
    for (int i = 0; i < 20; i++) {
      assertThat(pool.scan("x").verdict()).isEqualTo(INFECTED);
    }
    assertThat(silent.files()).isEqualTo(1);
  }

  @Test
  void waitForASilentOneIfThereIsNoOther() throws Exception {
    HeldFiles held = new HeldFiles();
    clamd("a", held).questions(FakeClamd.silent());
    TestedPool pool = pool(0, Optional.empty(), endpoint("a"), endpoint("b"));
    await().until(() -> pool.state(0) == State.SILENT && pool.state(1) == State.DOWN);

    Scanned scan = pool.scan("x");
    await().until(() -> held.count() == 1);
    held.answer(content -> "OK");

    assertThat(scan.verdict()).isEqualTo(CLEAN);
  }

  @Test
  void stepInForOneThatRefusesTheFile() throws Exception {
    FakeClamd refusing = clamd("a", FakeClamd.answering("Can't allocate memory ERROR"));
    clamd("b", FakeClamd.answering("Eicar FOUND"));
    ClamdEndpoint first = endpoint("a");
    TestedPool pool = pool(0, Optional.empty(), first, endpoint("b"));
    await().until(() -> pool.state(0) == State.UP && pool.state(1) == State.UP);

    for (int i = 0; i < 20; i++) {
      assertThat(pool.scan("x").verdict()).isEqualTo(INFECTED);
    }

    assertThat(first.failures()).isEqualTo(refusing.files());
  }

  @Test
  void giveUpOnAFileThatAllOfThemRefuse() throws Exception {
    FakeClamd one = clamd("a", FakeClamd.answering("Can't allocate memory ERROR"));
    FakeClamd other = clamd("b", FakeClamd.answering("Can't allocate memory ERROR"));
    TestedPool pool = pool(5, Optional.empty(), endpoint("a"), endpoint("b"));
    await().until(() -> pool.state(0) == State.UP && pool.state(1) == State.UP);

    assertThat(pool.scan("x").reason()).isEqualTo(FallbackReason.CLAMD_ERROR);

    assertThat(one.files()).isEqualTo(1);
    assertThat(other.files()).isEqualTo(1);
  }

  @Test
  void stepInForOneThatBreaks() throws Exception {
    clamd("a", FakeClamd.breaking());
    clamd("b", FakeClamd.answering("Eicar FOUND"));
    TestedPool pool = pool(0, Optional.empty(), endpoint("a"), endpoint("b"));
    await().until(() -> pool.state(0) == State.UP && pool.state(1) == State.UP);

    for (int i = 0; i < 20; i++) {
      assertThat(pool.scan("x").verdict()).isEqualTo(INFECTED);
    }
  }

  @Test
  void areUsedAgainWhenTheyComeBack() throws Exception {
    FakeClamd first = new FakeClamd(path("a"), FakeClamd.answering("OK"));
    TestedPool pool = pool(0, Optional.empty(), endpoint("a"), endpoint("b"));
    assertThat(pool.scan("x").verdict()).isEqualTo(CLEAN);

    first.close();
    await().until(() -> pool.state(0) == State.DOWN);
    try (FakeClamd second = new FakeClamd(path("b"), FakeClamd.answering("Eicar FOUND"))) {
      await().until(() -> pool.state(1) == State.UP);
      assertThat(pool.scan("x").verdict()).isEqualTo(INFECTED);
      assertThat(second.files()).isEqualTo(1);
    }
    clamd("a", FakeClamd.answering("OK"));
    await().until(() -> pool.state(0) == State.UP);

    assertThat(pool.scan("x").verdict()).isEqualTo(CLEAN);
  }

  @Test
  void areBothAskedWhenTheFirstIsSlow() throws Exception {
    HeldFiles slow = new HeldFiles();
    HeldFiles second = new HeldFiles();
    clamd("a", slow);
    clamd("b", second);
    ClamdEndpoint first = endpoint("a");
    TestedPool pool = pool(0, Optional.of(Duration.ofMillis(50)), first, endpoint("b"));
    await().until(() -> pool.state(0) == State.UP && pool.state(1) == State.UP);

    Scanned scan = pool.scan("x");
    await().until(() -> slow.count() == 1 && second.count() == 1);
    second.answer(content -> "Eicar FOUND");
    assertThat(scan.verdict()).isEqualTo(INFECTED);
    slow.answer(content -> "OK");

    await().until(() -> first.scans() == 1);
    assertThat(scan.request().answer().because()).isEqualTo(INFECTED);
    assertThat(scan.verdict()).isEqualTo(INFECTED);
  }

  @Test
  void scanNothingAgainForAFailureBehindAVerdict() throws Exception {
    HeldFiles slow = new HeldFiles();
    FakeClamd refusing = clamd("a", slow);
    FakeClamd second = clamd("b", FakeClamd.answering("Eicar FOUND"));
    ClamdEndpoint first = endpoint("a");
    TestedPool pool = pool(5, Optional.of(Duration.ofMillis(50)), first, endpoint("b"));
    await().until(() -> pool.state(0) == State.UP && pool.state(1) == State.UP);
    Scanned scan = pool.scan("x");
    assertThat(scan.verdict()).isEqualTo(INFECTED);
    await().until(() -> slow.count() == 1);

    slow.answer(content -> "x ERROR");

    await().until(() -> first.failures() == 1);
    assertThat(refusing.files()).isEqualTo(1);
    assertThat(second.files()).isEqualTo(1);
  }

  @Test
  void waitForTheSecondIfTheFirstFailsMeanwhile() throws Exception {
    HeldFiles slow = new HeldFiles();
    HeldFiles second = new HeldFiles();
    clamd("a", slow);
    clamd("b", second);
    ClamdEndpoint first = endpoint("a");
    TestedPool pool = pool(0, Optional.of(Duration.ofMillis(50)), first, endpoint("b"));
    await().until(() -> pool.state(0) == State.UP && pool.state(1) == State.UP);
    Scanned scan = pool.scan("x");
    await().until(() -> slow.count() == 1 && second.count() == 1);

    slow.answer(content -> "x ERROR");
    await().until(() -> first.failures() == 1);

    assertThat(scan.over()).isNotDone();
    second.answer(content -> "Eicar FOUND");
    assertThat(scan.verdict()).isEqualTo(INFECTED);
  }

  @Test
  void loseNoScanWhenBothAreAskedAndOneFails() throws Exception {
    clamd("a", FakeClamd.answering("OK", "x ERROR", "OK", "OK", "x ERROR"));
    clamd("b", FakeClamd.answering("OK"));
    TestedPool pool =
        pool(1, Optional.of(Duration.ofNanos(100_000)), endpoint("a", 1, 12), endpoint("b", 1, 1));

    for (int round = 0; round < 150; round++) {
      List<Scanned> scans = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        scans.add(pool.scan("x"));
      }
      assertThat(scans).allMatch(scan -> scan.verdict() != null);
    }
  }

  @Test
  void answerEverythingWhenTheEngineStops() throws Exception {
    HeldFiles one = new HeldFiles();
    HeldFiles other = new HeldFiles();
    clamd("a", one);
    clamd("b", other);
    TestedPool pool =
        pool(1, Optional.of(Duration.ofMillis(10)), endpoint("a", 1, 3), endpoint("b", 1, 3));
    List<Scanned> scans = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      scans.add(pool.scan("x"));
    }
    await().until(() -> one.count() == 3 && other.count() == 3);

    pool.stop();

    assertThat(scans).allMatch(scan -> scan.reason() == FallbackReason.STOPPING);
  }

  /** Waits until both are reached: two scans at the same time find a place each. */
  private static void awaitBoth(TestedPool pool, HeldFiles one, HeldFiles other) {
    await()
        .until(
            () -> {
              Scanned first = pool.scan("x");
              Scanned second = pool.scan("y");
              await().until(() -> one.count() + other.count() == 2);
              boolean both = one.count() == 1 && other.count() == 1;
              one.answer(content -> "OK");
              other.answer(content -> "OK");
              assertThat(first.verdict()).isEqualTo(CLEAN);
              assertThat(second.verdict()).isEqualTo(CLEAN);
              return both;
            });
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  private FakeClamd clamd(String name, Script... scripts) throws IOException {
    FakeClamd clamd = new FakeClamd(path(name), scripts);
    opened.add(clamd);
    return clamd;
  }

  private ClamdEndpoint endpoint(String name) {
    return endpoint(name, 1, 12);
  }

  private ClamdEndpoint endpoint(String name, int weight, int connections) {
    return TestedPool.endpoint(
        new ClamdAddress.Unix(path(name).toString()), Transport.FD, weight, connections);
  }

  private TestedPool pool(int retries, Optional<Duration> hedgeAfter, ClamdEndpoint... endpoints)
      throws IOException {
    TestedPool pool =
        new TestedPool(
            directory,
            new ClamdPool.Settings(
                TestedPool.TIME_LIMIT,
                Duration.ofMinutes(5),
                retries,
                hedgeAfter,
                TestedPool.DATABASE),
            endpoints);
    opened.add(0, pool);
    return pool;
  }
}
