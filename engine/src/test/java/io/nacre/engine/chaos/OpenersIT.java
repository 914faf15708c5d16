package io.nacre.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.ConcurrentOpeners;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.FaultImpact;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.fixture.clamd.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Openers that are very many, that die while they wait, or that live for one open only. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenersIT {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /** As many as the engine may open at the most, with what status takes. */
  private static final int SESSIONS = 12;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private FakeClamd clamd;
  private EngineProcess engine;

  @BeforeAll
  void start() throws IOException {
    mount.clean("tree/clean");
    mount.eicar("tree/eicar");
    Path socket = mount.outside().resolve("fake.sock");
    clamd = FakeClamd.withFaults(socket);
    engine =
        EngineProcess.start(
            mount,
            "protect = [\"" + mount.root().resolve("tree") + "\"]",
            "triggers = [open]",
            "clamd { endpoints = [\"unix:" + socket + "\"], scan-timeout = 3 s }",
            "deadline = " + DEADLINE.toSeconds() + " s");
  }

  @AfterAll
  void stop() throws IOException {
    // Any of them may be missing: the mount may have been what the tests were aborted for.
    try (FakeClamd listening = clamd;
        EngineProcess running = engine) {
      if (running != null) {
        running.assertAlive();
      }
    }
  }

  @Test
  void tenThousandAtOnceAreAllScanned() {
    FaultImpact toll = toll("10,000 openers at once");

    ConcurrentOpeners.Outcome crowd = ConcurrentOpeners.start(in("clean"), 10_000).await();

    assertThat(crowd.opens()).isEqualTo(10_000);
    toll.opened(crowd.opens());
    toll.waited(crowd.longest());
    toll.awaitAnswers();
    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void fiveThousandAtOnceGoOnAtTheDeadline() {
    FaultImpact toll = toll("5,000 openers at once and a frozen clamd");

    clamd.setFault(Fault.SILENCE);
    ConcurrentOpeners.Outcome crowd = ConcurrentOpeners.start(in("clean"), 5_000).await();
    clamd.setFault(Fault.NONE);

    assertThat(crowd.opens()).isEqualTo(5_000);
    toll.opened(crowd.opens());
    toll.waited(crowd.longest());
    toll.awaitAnswers();
    toll.assertCleanAtMost(0);
    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void theDeadNeedNoAnswer() {
    FaultImpact toll = toll("openers killed while they wait");

    clamd.setFault(Fault.SILENCE);
    List<Opener> openers = IntStream.range(0, 50).mapToObj(i -> Opener.start(in("clean"))).toList();
    engine.awaitStatus(
        "50 openers", status -> status.getInt("waiting") + status.getInt("scanning") == 50);
    openers.forEach(Opener::kill);
    await("their end").until(() -> openers.stream().noneMatch(Opener::isAlive));
    toll.opened(openers.size());
    toll.awaitAnswers();
    clamd.setFault(Fault.NONE);

    toll.assertCleanAtMost(0);
    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void aProcessThatLivesForOneOpenIsAnsweredToo() {
    FaultImpact toll = toll("2,000 processes with one open each");
    String bomb = "for i in $(seq 1000); do (: <%s) & (: <%s) & done 2>/dev/null; wait";

    Opener.Outcome outcome = Opener.sh(bomb.formatted(in("clean"), in("eicar")));

    assertThat(outcome.succeeded()).as(outcome.output()).isTrue();
    toll.opened(2_000);
    toll.awaitAnswers();
    toll.assertCleanAtMost(1_000);
    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  private FaultImpact toll(String cause) {
    return FaultImpact.of(cause, engine, DEADLINE);
  }

  private Path in(String name) {
    return mount.root().resolve("tree").resolve(name);
  }
}
