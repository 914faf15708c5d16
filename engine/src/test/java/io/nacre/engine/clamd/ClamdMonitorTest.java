package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.ClamdHealth.State;
import io.nacre.engine.policy.Scanners;
import io.nacre.engine.policy.Scanners.Scanner;
import io.nacre.linux.WakeUp;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdMonitorTest {
  @TempDir Path directory;

  private final ActorTestKit testKit = ActorTestKit.create();
  private final ClamdHealth health = new ClamdHealth(System::nanoTime, false);
  private final Scanners scanners = new Scanners();
  private final AtomicInteger newSignatures = new AtomicInteger();
  private Path path;
  private WakeUp stop;

  @BeforeEach
  void open() throws IOException {
    path = directory.resolve("clamd.sock");
    stop = WakeUp.open();
  }

  @AfterEach
  void close() {
    stop.signal();
    testKit.shutdownTestKit();
    stop.close();
  }

  @Test
  void saysThatClamdIsUpAndLearnsWhoItIs() throws IOException {
    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.answering("OK"))) {
      monitor();

      await().until(() -> state() == State.UP);
      assertThat(health.reading().detail()).isEqualTo("ClamAV 1.4.3/27700/today");
      assertThat(scanners.known())
          .containsExactly(
              new Scanner(
                  new ProcFs().program(ProcFs.self()).orElseThrow(), ProcFs.effectiveUserOfSelf()));
      assertThat(clamd.commands()).startsWith("zIDSESSION", "zVERSION");
    }
  }

  @Test
  void saysThatTheSignaturesMayBeOthersWhenTheVersionIsAnother() throws IOException {
    FakeClamd.Script first = FakeClamd.answeringAs("1.4.3/27700/today", "OK");
    FakeClamd.Script second = FakeClamd.answeringAs("1.4.3/27701/today", "OK");
    try (FakeClamd clamd = new FakeClamd(path, first, first, second)) {
      monitor();

      await().until(() -> newSignatures.get() == 2);
      assertThat(clamd.accepted()).isEqualTo(3);
    }
  }

  @Test
  void saysThatClamdIsDownAndUpAgain() throws IOException {
    monitor();
    await().until(() -> state() == State.DOWN);

    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.answering("OK"))) {
      await().until(() -> state() == State.UP);
      assertThat(clamd.accepted()).isPositive();
    }
  }

  @Test
  void saysThatClamdIsSilent() throws IOException {
    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.silent())) {
      monitor();

      await().until(() -> state() == State.SILENT);
      assertThat(clamd.accepted()).isPositive();
    }
  }

  @Test
  void saysNothingOfClamdWhenTheEngineStops() throws IOException {
    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.silent())) {
      ActorRef<ClamdMonitor.Command> monitor = monitor();
      await().until(() -> clamd.commands().contains("zVERSION"));

      stop.signal();
      testKit.stop(monitor);

      assertThat(state()).isEqualTo(State.UNKNOWN);
    }
  }

  private State state() {
    return health.reading().state();
  }

  private ActorRef<ClamdMonitor.Command> monitor() {
    return testKit.spawn(
        ClamdMonitor.create(
            path.toString(), health, scanners, newSignatures::incrementAndGet, stop),
        DispatcherSelector.fromConfig("nacre.pinned-dispatcher"));
  }
}
