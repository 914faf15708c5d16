package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An engine that may have few descriptors, with many openers that wait. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DescriptorsIT {
  private static final int FEW = 256;
  private static final int PROCESSES = 5;
  private static final int THREADS = 100;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  /**
   * With {@code queue = 1000} the queue is no bound, so that it is the descriptors that are spent.
   */
  @ParameterizedTest
  @CsvSource({"allow, 'opened 100, denied 0, failed 0'", "deny, 'opened 0, denied 100, failed 0'"})
  void answersByPolicyWhenTheyAreSpent(String policy, String expected) throws IOException {
    Path file = mount.clean("tree/file");
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine =
        EngineProcess.startAfter(
            "ulimit -n " + FEW,
            mount,
            "protect = [\"" + mount.root().resolve("tree") + "\"]",
            "clamd.endpoints = [embedded]",
            "clamd.connections = 4",
            "queue = 1000",
            "deadline = 2 s",
            "on-deadline = " + policy,
            "on-error = " + policy,
            "on-overload = " + policy)) {
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      assertThat(Opener.open(file).succeeded()).isTrue();
      long answers = toOthers(engine.status());
      long descriptors = engine.openDescriptors();
      EngineProcess.signal(engine.clamd(), "STOP");

      List<Opener> openers =
          IntStream.range(0, PROCESSES).mapToObj(i -> Opener.threads(THREADS, file)).toList();

      for (Opener each : openers) {
        assertThat(each.await().output()).isEqualTo(expected);
      }
      assertThat(toOthers(engine.status()) - answers).isEqualTo(PROCESSES * THREADS);
      JsonObject counts = engine.status().getObject("answers");
      assertThat(counts.getLong("by-reason.overload")).isPositive();
      assertThat(counts.getLong("by-reason.unreadable")).isZero();

      EngineProcess.signal(engine.clamd(), "CONT");
      await().until(() -> scanned(engine, file));
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      int connectionsAndTheirProbe = 5;
      engine.awaitDescriptors(descriptors + connectionsAndTheirProbe);
      assertThat(engine.stop()).isZero();
    }
  }

  /** The engine opens files itself when it rescans them. */
  private static long toOthers(JsonObject status) {
    return status.getLong("answers.total") - status.getLong("answers.by-reason.own-process");
  }

  private static boolean scanned(EngineProcess engine, Path file) {
    long before = engine.status().getLong("answers.by-reason.clean");
    Opener.open(file);
    return engine.status().getLong("answers.by-reason.clean") > before;
  }
}
