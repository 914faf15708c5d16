package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were written and that no process opens, on the real kernel with the real clamd. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BackgroundScanIT {
  private static final String EMBEDDED = "clamd.endpoints = [embedded]";
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration MOMENT = Duration.ofSeconds(1);

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @BeforeEach
  void prepare() throws IOException {
    mount.directory("tree/excluded");
    mount.directory("outside");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void findsUnopenedFilesAndDeniesTheirFirstOpenWithoutClamd(String strategy) throws IOException {
    Path eicar = in("tree/eicar");

    try (EngineProcess engine = start("strategy = " + strategy)) {
      String write = "printf %s \"$1\" > \"$2\"; sleep 1"; // so that it can be named
      Opener.command("sh", "-c", write, "sh", PrivateMount.eicar(), eicar.toString());

      engine.awaitStatus("the scan", status -> background(status, "infected") == 1);
      await()
          .untilAsserted(
              () ->
                  assertThat(engine.log())
                      .containsPattern(
                          "found "
                              + eicar
                              + ": Eicar-Test-Signature[.\\w]* \\(written by \\w+ \\(pid \\d+, user \\w+\\)\\)"));
      await().untilAsserted(() -> assertThat(engine.status().getInt("detections")).isEqualTo(1));
      assertThat(reason(engine.status(), "infected")).isZero();

      EngineProcess.signal(engine.clamd(), "STOP");
      Opener.Outcome first = Opener.open(eicar);
      EngineProcess.signal(engine.clamd(), "CONT");

      assertThat(first.wasDenied()).isTrue();
      assertThat(first.took()).isLessThan(DEADLINE);
      await()
          .untilAsserted(() -> assertThat(reason(engine.status(), "infected-cached")).isEqualTo(1));
      await()
          .untilAsserted(() -> assertThat(engine.status().getInt("answers.denied")).isEqualTo(1));
      await().until(() -> engine.log().contains("denied " + eicar + ": Eicar-Test-Signature"));
      assertThat(engine.stop()).isZero();
    }
  }

  @Test
  void opensAFileAgainThatWasCleaned() throws IOException {
    Path file = in("tree/file");

    try (EngineProcess engine = start()) {
      PrivateMount.writeEicar(file);
      engine.awaitStatus("the scan", status -> status.getInt("cached-infected") == 1);
      assertThat(Opener.open(file).wasDenied()).isTrue();

      String clean =
          "import os, sys; os.truncate(sys.argv[1], 0); open(sys.argv[1], 'w').write('x' * 68)";
      assertThat(Opener.command("python3", "-c", clean, file.toString()).await().succeeded())
          .isTrue();

      assertThat(Opener.open(file).succeeded()).isTrue();
      await()
          .untilAsserted(() -> assertThat(reason(engine.status(), "infected-cached")).isEqualTo(1));
    }
  }

  @Test
  void scansAFileAgainThatChangedInWhateverWay() throws IOException {
    Path file = in("tree/file");

    try (EngineProcess engine = start()) {
      PrivateMount.writeEicar(file);
      engine.awaitStatus("the scan", status -> status.getInt("cached-infected") == 1);

      Opener.sh("chmod 700 " + file);

      assertThat(Opener.open(file).wasDenied()).isTrue();
      await().untilAsserted(() -> assertThat(reason(engine.status(), "infected")).isEqualTo(1));
      assertThat(Opener.open(file).wasDenied()).isTrue();
      await()
          .untilAsserted(() -> assertThat(reason(engine.status(), "infected-cached")).isEqualTo(1));
    }
  }

  @Test
  void forgetsWhatIsInfectedWhenAnotherClamdIsThere() throws IOException {
    Path file = mount.eicar("tree/file");

    try (EngineProcess engine = start()) {
      assertThat(Opener.open(file).wasDenied()).isTrue();
      engine.awaitStatus("the memory", status -> status.getInt("cached-infected") == 1);

      EngineProcess.signal(engine.clamd(), "KILL");

      engine.awaitStatus("none", status -> status.getInt("cached-infected") == 0);
      await().until(() -> Opener.open(file).wasDenied());
    }
  }

  @Test
  void blocksNoOpenBeyondTheDeadlineWhileClamdIsFrozen() throws IOException {
    Path file = mount.clean("tree/file");

    try (EngineProcess engine =
        EngineProcess.start(
            mount,
            protect(),
            "clamd { endpoints = [embedded], connections = 2 }",
            "deadline = 700 ms")) {
      EngineProcess.signal(engine.clamd(), "STOP");
      write(40, "tree");
      engine.awaitStatus("40 files", status -> background(status, "inside") == 40);

      Opener.Outcome outcome = Opener.open(file);

      assertThat(outcome.succeeded()).isTrue();
      assertThat(outcome.took()).isBetween(Duration.ofMillis(700), Duration.ofMillis(2_500));
      await().untilAsserted(() -> assertThat(reason(engine.status(), "deadline")).isEqualTo(1));
      EngineProcess.signal(engine.clamd(), "CONT");
      engine.awaitStatus("40 scans", status -> background(status, "scanned") == 40);
      await()
          .untilAsserted(
              () ->
                  assertThat(reason(engine.status(), "empty"))
                      .as("opened to be written")
                      .isEqualTo(40));
      await()
          .untilAsserted(() -> assertThat(engine.status().getLong("answers.total")).isEqualTo(41));
    }
  }

  @Test
  void doesNotScanItsOwnLogAgainAndAgain() throws IOException {
    mount.directory("tree/work");
    Path log = Files.writeString(in("tree/engine.log"), "");

    try (EngineProcess engine =
        EngineProcess.launch(mount, in("tree/work"), log, protect(), EMBEDDED)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> said(log, "nacre: ready"));
      PrivateMount.writeEicar(in("tree/eicar"));
      await().until(() -> said(log, "found " + in("tree/eicar")));

      await()
          .during(MOMENT)
          .atMost(MOMENT.multipliedBy(3))
          .until(() -> background(engine.status(), "queued") == 1);
      assertThat(engine.stop()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void scansNothingThatIsExcludedOrOutside(String strategy) throws IOException {
    try (EngineProcess engine =
        EngineProcess.start(
            mount,
            "protect = [{ path = \"%s\", exclude = [\"%s\"] }]"
                .formatted(in("tree"), in("tree/excluded")),
            EMBEDDED,
            "strategy = " + strategy)) {
      PrivateMount.writeEicar(in("tree/excluded/eicar"));
      PrivateMount.writeEicar(in("outside/eicar"));
      write(1, "tree");

      engine.awaitStatus("the clean one", status -> background(status, "scanned") == 1);
      assertThat(background(engine.status(), "queued")).isEqualTo(1);
      assertThat(background(engine.status(), "infected")).isZero();
      assertThat(background(engine.status(), "skipped")).isEqualTo(strategy.equals("ddd") ? 0 : 2);
    }
  }

  @Test
  void scansNothingInTheBackgroundByDefault() throws IOException {
    try (EngineProcess engine = start("triggers = [open]")) {
      PrivateMount.writeEicar(in("tree/eicar"));

      assertThat(Opener.open(in("tree/eicar")).wasDenied()).isTrue();
      await().untilAsserted(() -> assertThat(reason(engine.status(), "infected")).isEqualTo(1));
      assertThat(engine.status().getObject("background").values().values())
          .allSatisfy(count -> assertThat(count).isEqualTo(0L));
    }
  }

  @Test
  void blocksOnlyExecutionsIfConfigured() throws IOException {
    Path eicar = mount.eicar("tree/eicar");
    Opener.sh("chmod 755 " + eicar);

    try (EngineProcess engine = start("triggers = [exec]")) {
      assertThat(Opener.open(eicar).succeeded()).isTrue();
      assertThat(Opener.sh(eicar.toString()).wasDenied()).isTrue();
      await()
          .untilAsserted(() -> assertThat(engine.status().getLong("answers.total")).isEqualTo(1));
    }
  }

  @Test
  void scansWhatIsExecutedOnceThoughTheKernelTellsOfItTwice() throws IOException {
    Path eicar = mount.eicar("tree/eicar");
    Opener.sh("chmod 755 " + eicar);

    try (EngineProcess engine = start("triggers = [open, exec]")) {
      assertThat(Opener.sh(eicar.toString()).wasDenied()).isTrue();

      engine.awaitStatus("an exec", status -> reason(status, "exec-announced") == 1);
      await().untilAsserted(() -> assertThat(reason(engine.status(), "infected")).isEqualTo(1));
      await().until(() -> engine.log().contains("executed by"));
    }
  }

  @Test
  void reportsWrittenFilesWithPreventionOff() throws IOException {
    Path eicar = in("tree/eicar");

    try (EngineProcess engine = start("prevention = detect", "triggers = [exec, close-write]")) {
      PrivateMount.writeEicar(eicar);

      await().until(() -> engine.log().contains("found " + eicar));
      assertThat(Opener.open(eicar).succeeded()).isTrue();
      assertThat(engine.status().getLong("answers.total")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void countsEachOfABurstAndKeepsNoDescriptor(String strategy) throws IOException {
    int files = 5_000;

    try (EngineProcess engine = start("strategy = " + strategy, "queue = 400")) {
      write(1, "tree");
      engine.awaitStatus("the first", status -> background(status, "scanned") == 1);
      long descriptors = engine.openDescriptors();

      EngineProcess.signal(engine.clamd(), "STOP"); // so that there is not room for all
      write(files - 1, "tree");
      engine.awaitStatus("the drops", status -> background(status, "dropped") > 0);
      EngineProcess.signal(engine.clamd(), "CONT");
      engine.awaitStatus(
          "the fate of each",
          status ->
              background(status, "queued") + background(status, "dropped") == files
                  && background(status, "inside") == 0);

      JsonObject status = engine.status();
      assertThat(background(status, "scanned")).isEqualTo(background(status, "queued"));
      assertThat(background(status, "dropped")).isPositive();
      assertThat(reason(status, "overload")).isZero();
      await().until(() -> engine.log().contains("written files are not scanned before"));
      int connections = 10;
      engine.awaitDescriptors(descriptors + connections);
      PrivateMount.writeEicar(in("tree/eicar"));
      assertThat(Opener.open(in("tree/eicar")).wasDenied()).isTrue();
    }
  }

  @Test
  void doesNotFillTheLogWithOneFileThatIsOpenedAgainAndAgain() throws IOException {
    Path eicar = in("tree/eicar");
    int opens = 3_000;
    String script =
        """
        import os, sys
        for i in range(int(sys.argv[2])):
          try: os.open(sys.argv[1], os.O_RDONLY)
          except PermissionError: pass
        """;

    try (EngineProcess engine = start()) {
      PrivateMount.writeEicar(eicar);
      engine.awaitStatus("the scan", status -> status.getInt("cached-infected") == 1);

      Opener.command("python3", "-c", script, eicar.toString(), String.valueOf(opens)).await();

      await()
          .untilAsserted(
              () -> assertThat(reason(engine.status(), "infected-cached")).isEqualTo(opens));
      engine.awaitStatus(
          "the fate of each",
          status -> status.getInt("detections") + status.getInt("detections-unreported") > opens);
      assertThat(engine.log().lines().filter(line -> line.contains("denied ")).count())
          .isBetween(50L, 1_000L);
    }
  }

  private EngineProcess start(String... block) throws IOException {
    String[] all = new String[block.length + 2];
    all[0] = protect();
    all[1] = EMBEDDED;
    System.arraycopy(block, 0, all, 2, block.length);
    return EngineProcess.start(mount, all);
  }

  /** Has one process write so many clean files, each with contents of its own. */
  private void write(int count, String directory) {
    String script =
        """
        import sys
        for i in range(int(sys.argv[2])):
          with open(sys.argv[1] + '/written-%s-%d' % (sys.argv[2], i), 'w') as f: f.write('%d' % i)
        """;
    Opener.Outcome written =
        Opener.command("python3", "-c", script, in(directory).toString(), String.valueOf(count))
            .await();
    assertThat(written.succeeded()).as(written.output()).isTrue();
  }

  private Path in(String name) {
    return mount.root().resolve(name);
  }

  private String protect() {
    return "protect = [\"" + in("tree") + "\"]";
  }

  private static long background(JsonObject status, String count) {
    return status.getLong("background." + count);
  }

  private static long reason(JsonObject status, String reason) {
    return status.getLong("answers.by-reason." + reason);
  }

  /** Asks another process, since the log lies in the protected tree. */
  private static boolean said(Path log, String what) {
    return Opener.open(log).output().contains(what);
  }
}
