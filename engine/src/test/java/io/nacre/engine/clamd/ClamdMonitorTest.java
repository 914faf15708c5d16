package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.ClamdHealth.State;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.fixture.clamd.ClamdProcess;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.policy.ScannerProcesses.Scanner;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is known of a clamd, by the monitor that a pool starts for it. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdMonitorTest {
  @TempDir Path directory;

  private Path path;
  private ClamdEndpoint endpoint;

  @BeforeEach
  void choose() {
    path = directory.resolve("clamd.sock");
    endpoint = TestedPool.endpoint(new ClamdAddress.Unix(path.toString()), 16);
  }

  @Test
  void reportsClamdAsUpAndFindsItsProcess() throws Exception {
    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.answering("OK"));
        TestedPool pool = pool()) {
      await().until(() -> state() == State.UP);

      assertThat(endpoint.health().reading().detail()).isEqualTo("ClamAV 1.4.3/27700/today");
      assertThat(pool.scanners().scanners())
          .containsExactly(
              new Scanner(
                  new ProcFs().program(ProcFs.self()).orElseThrow(), ProcFs.effectiveUserOfSelf()));
      assertThat(clamd.commands()).containsSubsequence("zPING", "zVERSION", "zSTATS");
    }
  }

  @Test
  void asksForNoMoreScansThanClamdHasThreads() throws Exception {
    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.answering("OK"));
        TestedPool pool = pool()) {
      await().until(() -> endpoint.limit() == 12);

      assertThat(pool.scan("x").verdict()).isEqualTo(new Verdict.Clean());
      assertThat(clamd.accepted()).isPositive();
    }
  }

  @Test
  void takesAClamdForUpThatKeepsItsVersionToItself() throws Exception {
    try (FakeClamd clamd =
            new FakeClamd(path)
                .questions(
                    session -> {
                      session.until("zPING");
                      session.say("1: PONG");
                      session.until("zVERSION");
                      session.say("2: COMMAND UNAVAILABLE. ERROR");
                    });
        TestedPool pool = pool()) {
      await().until(() -> state() == State.UP);

      assertThat(endpoint.health().reading().detail()).isEqualTo("no VERSION");
      assertThat(endpoint.limit()).isEqualTo(16);
      assertThat(pool.newSignatures()).isEqualTo(1);
      await().until(() -> !pool.signatures().isUncertain());
      assertThat(clamd.accepted()).isPositive();
    }
  }

  @Test
  void saysThatTheSignaturesMayBeOthersWhenTheVersionIsAnother() throws Exception {
    FakeClamd.Script first = FakeClamd.answeringAs("1.4.3/27700/today", "OK");
    FakeClamd.Script second = FakeClamd.answeringAs("1.4.3/27701/today", "OK");
    try (FakeClamd clamd = new FakeClamd(path).questions(first, first, second);
        TestedPool pool = pool()) {
      await().until(() -> pool.newSignatures() == 2);

      assertThat(endpoint.health().reading().detail()).isEqualTo("ClamAV 1.4.3/27701/today");
      assertThat(clamd.accepted()).isPositive();
    }
  }

  @Test
  void isUncertainAboutAClamdWhoseLoadsCannotBeObserved() throws Exception {
    SignatureWatch.Database missing =
        new SignatureWatch.Database(Optional.of(directory.resolve("missing")), false);
    ClamdPool.Settings settings =
        new ClamdPool.Settings(
            TestedPool.TIME_LIMIT, Duration.ofMinutes(5), 1, Optional.empty(), missing);
    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.answering("OK"));
        TestedPool pool = new TestedPool(directory, settings, endpoint)) {
      await().until(() -> state() == State.UP);

      assertThat(pool.signatures().isUncertain()).isTrue();
      assertThat(endpoint.signatures().uncertainty())
          .startsWith("its database directory cannot be watched: ");
      assertThat(clamd.accepted()).isPositive();
    }
  }

  @Test
  void isCertainAboutAClamdThatWasNeverReached() throws Exception {
    try (TestedPool pool = pool()) {
      await().until(() -> state() == State.DOWN);

      await().until(() -> !pool.signatures().isUncertain());
      assertThat(pool.newSignatures()).isZero();
    }
  }

  @Test
  void asksAtOnceWhenASessionIsOpenedOverTheNetwork() throws Exception {
    try (FakeClamd clamd =
        new FakeClamd(InetAddress.getLoopbackAddress(), FakeClamd.answering("OK"))) {
      endpoint = TestedPool.endpoint(clamd.address(), 2);
      try (TestedPool pool = pool()) {
        await().until(() -> state() == State.UP);

        assertThat(pool.scan("x").verdict()).isEqualTo(new Verdict.Clean());
        await().until(() -> clamd.commands().stream().filter("zPING"::equals).count() > 1);
      }
    }
  }

  @Test
  void saysThatClamdIsDownAndUpAgain() throws Exception {
    try (TestedPool pool = pool()) {
      await().until(() -> state() == State.DOWN);

      try (FakeClamd clamd = new FakeClamd(path, FakeClamd.answering("OK"))) {
        await().until(() -> state() == State.UP);
        assertThat(clamd.accepted()).isPositive();
      }
      await().until(() -> state() == State.DOWN);
      assertThat(pool.newSignatures()).isEqualTo(1);
    }
  }

  @Test
  void saysThatClamdIsSilent() throws Exception {
    try (FakeClamd clamd = new FakeClamd(path).questions(FakeClamd.silent());
        TestedPool pool = pool()) {
      await().until(() -> state() == State.SILENT);

      assertThat(endpoint.health().reading().detail()).isEqualTo("clamd did not answer in time");
      clamd.questions(FakeClamd.answering("OK"));
      await().until(() -> state() == State.UP);
      assertThat(pool.newSignatures()).isEqualTo(1);
    }
  }

  @Test
  void saysThatAClamdIsBusyWhichScansAndTakesNoQuestions() throws Exception {
    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.answering("OK"));
        TestedPool pool = pool()) {
      await().until(() -> state() == State.UP);
      clamd.questions(FakeClamd.silent());

      await()
          .until(
              () -> {
                assertThat(pool.scan("x").verdict()).isEqualTo(new Verdict.Clean());
                return state() == State.BUSY;
              });

      await().until(() -> state() == State.SILENT);
    }
  }

  @Test
  void saysThatClamdIsSilentIfItTalksNonsense() throws Exception {
    try (FakeClamd clamd =
            new FakeClamd(path)
                .questions(
                    session -> {
                      session.until("zPING");
                      session.say("1: PING");
                    });
        TestedPool pool = pool()) {
      await().until(() -> state() == State.SILENT);

      assertThat(endpoint.health().reading().detail()).isEqualTo("clamd sent '1: PING' to PING");
      assertThat(pool.signatures().isUncertain()).isTrue();
      assertThat(clamd.accepted()).isPositive();
    }
  }

  @Test
  void saysThatClamdReloadsWhileItsFirstThreadIsAtWork() throws Exception {
    Path loading = directory.resolve("loading");
    Path behind = directory.resolve("behind.sock");
    try (FakeClamd fake = new FakeClamd(behind);
        ClamdProcess clamd = ClamdProcess.start(path, behind, loading);
        TestedPool pool = pool()) {
      await().atMost(TestedPool.TIME_LIMIT).until(() -> state() == State.UP);

      Files.createFile(loading);
      await().atMost(TestedPool.TIME_LIMIT).until(() -> state() == State.RELOADING);
      assertThat(endpoint.health().reading().detail())
          .isEqualTo("it takes no commands while it loads signatures");
      clamd.signal("STOP");
      await().atMost(TestedPool.TIME_LIMIT).until(() -> state() == State.SILENT);

      Files.delete(loading);
      clamd.signal("CONT");
      await().atMost(TestedPool.TIME_LIMIT).until(() -> state() == State.UP);
      assertThat(pool.newSignatures()).isEqualTo(1);
      assertThat(fake.accepted()).isPositive();
    }
  }

  @Test
  void doesNotTakeAFrozenClamdForOneThatReloadsWhenItFirstLooks() throws Exception {
    Path loading = Files.createFile(directory.resolve("loading"));
    Path behind = directory.resolve("behind.sock");
    try (FakeClamd fake = new FakeClamd(behind);
        ClamdProcess clamd = ClamdProcess.start(path, behind, loading)) {
      await().atMost(TestedPool.TIME_LIMIT).until(clamd::hasRunForASecond);
      clamd.signal("STOP");
      try (TestedPool pool = pool()) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> state() != State.UNKNOWN);

        assertThat(state()).isEqualTo(State.SILENT);
        assertThat(pool.signatures().isUncertain()).isTrue();
        assertThat(fake.files()).isZero();
      }
    }
  }

  @Test
  void saysThatClamdIsDownIfThereIsNoSuchHost() throws Exception {
    endpoint = TestedPool.endpoint(new ClamdAddress.Tcp("no such host", 3310), 2);
    try (TestedPool pool = pool()) {
      await().until(() -> state() != State.UNKNOWN);

      for (int i = 0; i < 1_000; i++) {
        assertThat(state()).isEqualTo(State.DOWN);
        assertThat(pool.newSignatures()).isZero();
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void saysNothingOfClamdWhenTheEngineStops() throws Exception {
    try (FakeClamd clamd = new FakeClamd(path).questions(FakeClamd.silent())) {
      TestedPool pool = pool();
      await().until(() -> clamd.commands().contains("zPING"));

      pool.close();

      assertThat(state()).isEqualTo(State.UNKNOWN);
    }
  }

  private State state() {
    return endpoint.health().reading().state();
  }

  private TestedPool pool() throws IOException {
    return new TestedPool(directory, TestedPool.USUAL, endpoint);
  }
}
