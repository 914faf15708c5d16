package io.nacre.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.FaultImpact;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.fixture.clamd.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A clamd that says what no clamd should, or nothing: no opener hangs, and nothing infected passes.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClamdFaultsIT {
  private static final Duration DEADLINE = Duration.ofMillis(500);
  private static final int OF_EACH = 6;

  /** As many as the engine may open at the most, with what status takes. */
  private static final int SESSIONS = 12;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private FakeClamd clamd;
  private EngineProcess engine;

  @BeforeAll
  void start() throws IOException {
    for (Fault fault : Fault.values()) {
      for (int i = 0; i < OF_EACH; i++) {
        mount.clean(name(fault, "clean", i));
        mount.eicar(name(fault, "eicar", i));
      }
    }
    mount.clean("tree/clean");
    mount.eicar("tree/eicar");
    Path socket = mount.outside().resolve("fake.sock");
    clamd = FakeClamd.withFaults(socket);
    engine =
        EngineProcess.start(
            mount,
            "protect = [\"" + mount.root().resolve("tree") + "\"]",
            "triggers = [open]",
            "clamd { endpoints = [\"unix:" + socket + "\"], scan-timeout = 1 s }",
            "deadline = " + DEADLINE.toMillis() + " ms",
            "on-deadline = deny",
            "on-error = deny");
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

  @ParameterizedTest
  @EnumSource(Fault.class)
  void costsNoOpenerMoreThanTheDeadline(Fault fault) {
    FaultImpact toll = FaultImpact.of(fault.name(), engine, DEADLINE);

    clamd.setFault(fault);
    List<Opener.Outcome> outcomes = toll.open(files(fault));
    List<Opener.Outcome> infected = outcomes.subList(0, OF_EACH);
    List<Opener.Outcome> clean = outcomes.subList(OF_EACH, outcomes.size());
    toll.awaitAnswers();
    clamd.setFault(Fault.NONE);

    assertThat(infected).allMatch(Opener.Outcome::wasDenied);
    toll.assertCleanAtMost(clean.stream().filter(Opener.Outcome::succeeded).count());
    toll.awaitRecovery(in("tree/clean"), in("tree/eicar"), SESSIONS);
  }

  /** The infected ones first. */
  private List<Path> files(Fault fault) {
    List<Path> files = new ArrayList<>();
    for (String kind : List.of("eicar", "clean")) {
      for (int i = 0; i < OF_EACH; i++) {
        files.add(in(name(fault, kind, i)));
      }
    }
    return files;
  }

  private Path in(String name) {
    return mount.root().resolve(name);
  }

  private static String name(Fault fault, String kind, int number) {
    return "tree/" + fault + "/" + kind + "-" + number;
  }
}
