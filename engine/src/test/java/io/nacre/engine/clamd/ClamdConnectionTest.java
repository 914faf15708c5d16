package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.FakeClamd.Script;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.FakeKernel.Told;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdConnectionTest {
  private static final FallbackPolicy DENY_ALL =
      new FallbackPolicy(Response.DENY, Response.DENY, Response.DENY, Response.DENY);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  private final ActorTestKit testKit =
      ActorTestKit.create(
          "clamd-connection",
          ManualTime.config().withFallback(ActorTestKit.applicationTestConfig()));
  private final ManualTime time = ManualTime.get(testKit.system());
  private final TestProbe<Verdict> verdicts = testKit.createTestProbe();
  private final AtomicLong nanos = new AtomicLong();
  private final ClamdHealth health = new ClamdHealth(nanos::get, false);
  private Duration scanTimeout = Duration.ofMinutes(5);
  private Optional<FakeClamd> clamd = Optional.empty();
  private Path path;
  private FakeKernel kernel;
  private WakeUp stop;

  @BeforeEach
  void open() throws IOException {
    path = directory.resolve("clamd.sock");
    kernel = FakeKernel.open();
    stop = WakeUp.open();
  }

  @AfterEach
  void close() throws IOException {
    stop.signal();
    testKit.shutdownTestKit();
    if (clamd.isPresent()) {
      clamd.get().close();
    }
    kernel.close();
    stop.close();
  }

  @Test
  void answersByTheVerdictAndThenSaysSo() throws IOException {
    clamd(FakeClamd.answering("OK", "Eicar FOUND"));
    ActorRef<ClamdConnection.Command> connection = connection(0);

    PermissionRequest clean = scan(connection);
    Verdict first = verdict();
    boolean answeredBefore = clean.answered().isPresent();
    PermissionRequest infected = scan(connection);
    Verdict second = verdict();

    assertThat(first).isEqualTo(new Verdict.Clean());
    assertThat(answeredBefore).isTrue();
    assertThat(second).isEqualTo(new Verdict.Infected("Eicar"));
    assertThat(kernel.heard())
        .containsExactly(
            new Told(clean.file(), Response.ALLOW), new Told(infected.file(), Response.DENY));
  }

  @Test
  void keepsItsSession() throws IOException {
    FakeClamd one = clamd(FakeClamd.answering("OK"));
    ActorRef<ClamdConnection.Command> connection = connection(0);

    for (int i = 0; i < 10; i++) {
      scan(connection);
      verdict();
    }

    assertThat(one.accepted()).isEqualTo(1);
  }

  @Test
  void scansAgainInANewSessionWhenOneBreaks() throws IOException {
    FakeClamd twice = clamd(FakeClamd.breaking(), FakeClamd.answering("OK"));
    ActorRef<ClamdConnection.Command> connection = connection(1);

    scan(connection);

    assertThat(verdict()).isEqualTo(new Verdict.Clean());
    assertThat(twice.accepted()).isEqualTo(2);
  }

  @Test
  void scansAgainInANewSessionWhenAnotherCommandIsAnswered() throws IOException {
    FakeClamd twice =
        clamd(FakeClamd.sending("2: fd[9]: OK\0"), FakeClamd.answering("Eicar FOUND"));
    ActorRef<ClamdConnection.Command> connection = connection(1);

    scan(connection);

    assertThat(verdict()).isEqualTo(new Verdict.Infected("Eicar"));
    assertThat(twice.accepted()).isEqualTo(2);
  }

  @Test
  void givesUpWhenSessionsBreakAgainAndAgain() throws IOException {
    FakeClamd often = clamd(FakeClamd.breaking());
    ActorRef<ClamdConnection.Command> connection = connection(2);

    PermissionRequest request = scan(connection);

    assertThat(reason(verdict())).isEqualTo(FallbackReason.CLAMD_ERROR);
    assertThat(often.accepted()).isEqualTo(3);
    assertThat(kernel.heard()).containsExactly(new Told(request.file(), Response.DENY));
  }

  @Test
  void givesUpWhenClamdIsSilentForTooLong() throws IOException {
    scanTimeout = Duration.ofMillis(50);
    clamd(FakeClamd.silent());
    ActorRef<ClamdConnection.Command> connection = connection(0);

    scan(connection);

    assertThat(verdict())
        .isEqualTo(
            new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "clamd did not answer in time"));
  }

  @Test
  void doesNotScanAgainWhatClamdRefuses() throws IOException {
    FakeClamd refusing = clamd(FakeClamd.answering("Can't allocate memory ERROR", "OK"));
    ActorRef<ClamdConnection.Command> connection = connection(5);

    scan(connection);

    assertThat(reason(verdict())).isEqualTo(FallbackReason.CLAMD_ERROR);
    assertThat(refusing.commands()).containsExactly("zIDSESSION", "zFILDES");
  }

  @Test
  void goesOnInANewSessionAfterAnError() throws IOException {
    FakeClamd twice = clamd(FakeClamd.answering("x ERROR"), FakeClamd.answering("OK"));
    ActorRef<ClamdConnection.Command> connection = connection(0);
    scan(connection);
    verdict();

    scan(connection);

    assertThat(verdict()).isEqualTo(new Verdict.Clean());
    assertThat(twice.accepted()).isEqualTo(2);
  }

  @Test
  void saysThatClamdIsDown() throws IOException {
    ActorRef<ClamdConnection.Command> connection = connection(3);

    PermissionRequest request = scan(connection);

    assertThat(verdict())
        .isEqualTo(
            new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "connect: No such file or directory"));
    assertThat(health.reading().state()).isEqualTo(ClamdHealth.State.DOWN);
    assertThat(kernel.heard()).containsExactly(new Told(request.file(), Response.DENY));
  }

  @Test
  void triesNoConnectionDuringThePause() throws IOException {
    ActorRef<ClamdConnection.Command> connection = connection(3);
    scan(connection);
    verdict();
    FakeClamd back = clamd(FakeClamd.answering("OK"));

    scan(connection);

    assertThat(reason(verdict())).isEqualTo(FallbackReason.CLAMD_DOWN);
    assertThat(back.accepted()).isZero();
  }

  @Test
  void triesAgainAfterThePause() throws IOException {
    ActorRef<ClamdConnection.Command> connection = connection(0);
    scan(connection);
    verdict();
    clamd(FakeClamd.answering("OK"));

    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    scan(connection);

    assertThat(verdict()).isEqualTo(new Verdict.Clean());
    assertThat(health.reading().state()).isNotEqualTo(ClamdHealth.State.DOWN);
  }

  @Test
  void saysThatTheEngineIsStopping() throws IOException {
    FakeClamd silent = clamd(FakeClamd.silent());
    ActorRef<ClamdConnection.Command> connection = connection(3);
    PermissionRequest request = scan(connection);
    await().until(() -> silent.accepted() == 1);

    stop.signal();

    assertThat(reason(verdict())).isEqualTo(FallbackReason.STOPPING);
    assertThat(request.answered()).isPresent();
    assertThat(silent.accepted()).isEqualTo(1);
  }

  @Test
  void leavesAnAnswerThatWasGivenAtTheDeadline() throws IOException {
    clamd(FakeClamd.answering("Eicar FOUND"));
    ActorRef<ClamdConnection.Command> connection = connection(0);
    PermissionRequest late = request();
    late.answer(FallbackReason.DEADLINE, 0);

    connection.tell(new ClamdConnection.Scan(late, verdicts.ref()::tell));

    assertThat(verdict()).isEqualTo(new Verdict.Infected("Eicar"));
    assertThat(kernel.heard()).hasSize(1);
    assertThat(late.answered().orElseThrow().because())
        .isEqualTo(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
  }

  @Test
  void endsASessionThatIsIdle() throws IOException {
    FakeClamd idle = clamd(FakeClamd.answering("OK"));
    ActorRef<ClamdConnection.Command> connection = connection(0);
    scan(connection);
    verdict();

    await()
        .until(
            () -> {
              time.timePasses(Duration.ofSeconds(15));
              return idle.ended() == 1;
            });
    scan(connection);

    assertThat(verdict()).isEqualTo(new Verdict.Clean());
    assertThat(idle.accepted()).isEqualTo(2);
  }

  @Test
  void endsItsSessionWhenItIsStopped() throws IOException {
    FakeClamd one = clamd(FakeClamd.answering("OK"));
    ActorRef<ClamdConnection.Command> connection = connection(0);
    scan(connection);
    verdict();

    testKit.stop(connection);

    await().until(() -> one.ended() == 1);
  }

  private FakeClamd clamd(Script... scripts) throws IOException {
    FakeClamd opened = new FakeClamd(path, scripts);
    clamd = Optional.of(opened);
    return opened;
  }

  private ActorRef<ClamdConnection.Command> connection(int retries) {
    ClamdConnection.Setup setup =
        new ClamdConnection.Setup(
            path.toString(), health, stop, PATIENCE, scanTimeout, retries, nanos::get);
    return testKit.spawn(
        ClamdConnection.create(setup), DispatcherSelector.fromConfig("nacre.pinned-dispatcher"));
  }

  private PermissionRequest scan(ActorRef<ClamdConnection.Command> connection) throws IOException {
    PermissionRequest request = request();
    connection.tell(new ClamdConnection.Scan(request, verdicts.ref()::tell));
    return request;
  }

  private PermissionRequest request() throws IOException {
    EventFile file = EventFile.open(Files.writeString(directory.resolve("f"), "content"));
    return new PermissionRequest(
        kernel.context(DENY_ALL, new AnswerCounts()), file.fd(), 0, true, 0, 1_000_000_000L);
  }

  private Verdict verdict() {
    return verdicts.receiveMessage(PATIENCE);
  }

  private static FallbackReason reason(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Unscanned.class);
    return ((Verdict.Unscanned) verdict).reason();
  }
}
