package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.Prober;
import io.nacre.engine.fixture.clamd.RealClamd;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many reloads while files are opened: what both configurations protect is never unprotected. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReloadStormIT {
  private static final int RELOADS = 25;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private RealClamd clamd;
  private RealClamd second;

  @BeforeEach
  void prepare() throws IOException {
    mount.directory("tree");
    mount.directory("other");
    clamd = RealClamd.in(mount.outside().resolve("clamd"));
    second = RealClamd.in(mount.outside().resolve("second"));
    clamd.start();
    second.start();
  }

  @AfterEach
  void end() throws IOException {
    if (clamd != null) {
      clamd.close();
    }
    if (second != null) {
      second.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void protectsWhatBothConfigurationsProtect(String strategy) throws IOException {
    Path eicar = mount.eicar("tree/eicar");
    Path below = mount.eicar("tree/kept/below/eicar");
    Path excluded = mount.eicar("tree/excluded/eicar");
    Path other = mount.eicar("other/eicar");
    Path clean = mount.clean("tree/clean");
    Random random = new Random(13);

    try (EngineProcess engine =
            EngineProcess.start(mount, keys(strategy, new Choice(true, false, false)));
        Prober prober = Prober.start(eicar, below);
        Prober cleanProber = Prober.start(clean)) {
      int refused = 0;
      for (int i = 0; i < RELOADS; i++) {
        Choice choice =
            new Choice(random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
        boolean isBad = random.nextInt(5) == 0;
        EngineProcess.configure(mount, isBad ? bad(strategy) : keys(strategy, choice));

        JsonObject reply = engine.reload();

        assertThat(reply.getStrings("problems").isEmpty()).as(reply.toString()).isEqualTo(!isBad);
        if (isBad) {
          refused++;
        } else {
          assertThat(Opener.open(other).wasDenied()).isEqualTo(choice.withOther());
          assertThat(Opener.open(excluded).wasDenied()).isEqualTo(!choice.excludes());
        }
      }
      assertThat(refused).isPositive();
      Prober.Counts counts = prober.stop();
      assertThat(counts.allowed()).isZero();
      assertThat(counts.denied()).isPositive();
      Prober.Counts cleanCounts = cleanProber.stop();
      assertThat(cleanCounts.denied()).isZero();
      assertThat(cleanCounts.allowed()).isPositive();
      assertThat(engine.status().getLong("answers.unscanned")).isZero();
      EngineProcess.configure(mount, keys(strategy, new Choice(false, false, false)));
      assertThat(engine.reload().getStrings("problems")).isEmpty();
      assertThat(Opener.open(other).succeeded()).isTrue();
      engine.assertAlive();
    }
  }

  /** The kernel allows every open by a mark that is deleted while an open waits by it. */
  @Test
  void deniesWhileAnotherOpenWaitsByTheMarksThatAreReplaced() throws IOException {
    Path eicar = mount.eicar("tree/eicar");
    Choice choice = new Choice(false, false, false);
    List<String> strategies =
        List.of("ddd", "filesystem", "ddd", "mount", "filesystem", "mount", "ddd");

    try (EngineProcess engine = EngineProcess.start(mount, keys(strategies.get(0), choice))) {
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      try (Prober prober = Prober.start(eicar)) {
        for (String strategy : strategies.subList(1, strategies.size())) {
          clamd.signal("STOP");
          Opener waiting = Opener.start(mount.clean("tree/before-" + System.nanoTime()));
          engine.awaitStatus(
              "the wait", status -> status.getInt("waiting") + status.getInt("scanning") > 0);
          EngineProcess.configure(mount, keys(strategy, choice));

          assertThat(engine.reload().getStrings("applied")).containsExactly("strategy");

          clamd.signal("CONT");
          assertThat(waiting.await().succeeded()).isTrue();
        }
        Prober.Counts counts = prober.stop();
        assertThat(counts.allowed()).isZero();
        assertThat(counts.denied()).isPositive();
      }
    }
  }

  /** What differs between the configurations. */
  private record Choice(boolean withOther, boolean excludes, boolean usesSecond) {}

  private String[] keys(String strategy, Choice choice) {
    List<String> paths = new ArrayList<>();
    String exclude = choice.excludes() ? "\"" + mount.root() + "/tree/excluded\"" : "";
    paths.add("{ path = \"" + mount.root() + "/tree\", exclude = [" + exclude + "] }");
    if (choice.withOther()) {
      paths.add("\"" + mount.root() + "/other\"");
    }
    return new String[] {
      "protect = [" + String.join(", ", paths) + "]",
      "strategy = " + strategy,
      (choice.usesSecond() ? second : clamd).endpoint(),
      "deadline = 25 s",
    };
  }

  private String[] bad(String strategy) {
    String[] keys = keys(strategy, new Choice(false, false, false));
    keys[1] = "strategy = nonsense";
    return keys;
  }
}
