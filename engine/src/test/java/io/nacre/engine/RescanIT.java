package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were allowed unscanned are rescanned, on the real kernel with the real clamd. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RescanIT {
  private static final String AT = " at \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ, ";

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private RealClamd clamd;

  @BeforeEach
  void prepare() throws IOException {
    mount.directory("tree");
    mount.directory("outside");
    clamd = RealClamd.in(mount.outside().resolve("clamd"));
    clamd.start();
  }

  @AfterEach
  void end() throws IOException {
    if (clamd != null) {
      clamd.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void findsWhatWasOpenedWhileClamdWasDown(String strategy) throws Exception {
    Path clean = mount.clean("tree/clean");
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start("strategy = " + strategy)) {
      clamd.kill();
      for (int i = 0; i < 20; i++) {
        assertThat(Opener.open(clean).succeeded()).isTrue();
        assertThat(Opener.open(eicar).succeeded()).isTrue();
      }
      engine.awaitStatus("two files", status -> journal(status, "waiting") == 2);
      await().until(() -> engine.log().contains("files are allowed unscanned"));
      assertThat(engine.status().getInt("detections")).isZero();

      clamd.start();

      awaitMadeGood(engine, 2);
      assertThat(journal(engine.status(), "infected")).isEqualTo(1);
      await()
          .untilAsserted(
              () ->
                  assertThat(engine.log())
                      .containsPattern(
                          "allowed unscanned "
                              + eicar
                              + ": Eicar[-.\\w]* FOUND, opened by cat \\(pid \\d+, user root\\)"
                              + AT
                              + "answered=allow \\(clamd-(down|error)\\)")
                      .contains("are rescanned: 2 files, 1 of them infected"));
      await().untilAsserted(() -> assertThat(engine.status().getInt("detections")).isEqualTo(1));
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      assertThat(Opener.open(clean).succeeded()).isTrue();
    }
  }

  @Test
  void countsWhatIsGoneOrAnotherFileByNow() throws Exception {
    Path outside = mount.eicar("outside/eicar");
    Path unlinked = mount.eicar("tree/unlinked");
    Path replaced = mount.eicar("tree/replaced");
    Path linked = mount.eicar("tree/linked");
    Path below = mount.eicar("tree/directory/file");
    Path untouched = mount.eicar("tree/untouched");

    try (EngineProcess engine = start()) {
      clamd.kill();
      Stream.of(unlinked, replaced, linked, below, untouched).forEach(Opener::open);
      engine.awaitStatus("the files", status -> journal(status, "waiting") == 5);
      Opener.sh("rm " + unlinked);
      Opener.sh("echo clean > " + in("new") + "; mv " + in("new") + " " + replaced);
      Opener.sh("rm " + linked + "; ln -s " + outside + " " + linked);
      Opener.sh("mv " + in("directory") + " " + mount.root() + "/outside/directory");
      Opener.sh("ln -s " + mount.root() + "/outside/directory " + in("directory"));

      clamd.start();

      engine.awaitStatus("the end", status -> journal(status, "waiting") == 0);
      JsonObject status = engine.status();
      assertThat(journal(status, "no-longer-found")).isEqualTo(4);
      assertThat(journal(status, "infected")).isEqualTo(1);
      assertThat(status.getInt("detections")).isEqualTo(1);
      await().until(() -> engine.log().contains("allowed unscanned " + untouched));
    }
  }

  @Test
  void findsWhatFoundNoRoom() throws IOException {
    Path first = mount.clean("tree/first");
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start("queue = 1", "deadline = 20 s")) {
      clamd.signal("STOP");
      Opener waiting = Opener.start(first);
      engine.awaitStatus("the scan", status -> status.getInt("scanning") == 1);

      assertThat(Opener.open(eicar).succeeded()).isTrue();
      engine.awaitStatus("the file", status -> journal(status, "waiting") == 1);
      clamd.signal("CONT");

      assertThat(waiting.await().succeeded()).isTrue();
      awaitMadeGood(engine, 1);
      await()
          .untilAsserted(
              () ->
                  assertThat(engine.log())
                      .containsPattern(
                          "allowed unscanned "
                              + eicar
                              + ": .* FOUND, opened by cat \\(pid \\d+\\)"
                              + AT
                              + "answered=allow \\(overload\\)"));
    }
  }

  @Test
  void findsWhatWasLateAndGivenUp() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start("queue = 1", "deadline = 200 ms")) {
      clamd.signal("STOP");
      Opener.open(mount.clean("tree/first")); // held by the scanner
      assertThat(Opener.open(eicar).succeeded()).isTrue();
      Opener.open(mount.clean("tree/last"));
      clamd.signal("CONT");

      await()
          .untilAsserted(
              () ->
                  assertThat(engine.log())
                      .containsPattern(
                          "allowed unscanned "
                              + eicar
                              + ": .* FOUND, opened by cat \\(pid \\d+\\)"
                              + AT
                              + "answered=allow \\((deadline|clamd-silent|overload)\\)"));
      engine.awaitStatus("the end", status -> journal(status, "waiting") == 0);
    }
  }

  @Test
  void findsAScriptThatWasExecutedWhileClamdWasDown() throws Exception {
    Path script = mount.eicar("tree/script");
    Opener.sh("chmod 755 " + script);

    try (EngineProcess engine = start("triggers = [exec]")) {
      clamd.kill();
      Opener.command("env", script.toString()).await();
      engine.awaitStatus("the file", status -> journal(status, "waiting") == 1);

      clamd.start();

      awaitMadeGood(engine, 1);
      await()
          .untilAsserted(
              () ->
                  assertThat(engine.log())
                      .containsPattern("allowed unscanned " + script + ".*env"));
      assertThat(Opener.command("env", script.toString()).await().wasDenied()).isTrue();
    }
  }

  @Test
  void findsWhatWasWrittenWhenThereWasNoRoom() throws IOException {
    try (EngineProcess engine = start("queue = 1")) {
      clamd.signal("STOP");
      Opener.sh("for i in $(seq 200); do echo $i > " + in("written") + "-$i; done");
      engine.awaitStatus("the drops", status -> journal(status, "waiting") > 100);
      PrivateMount.writeEicar(in("eicar"));
      clamd.signal("CONT");

      engine.awaitStatus("the end", status -> journal(status, "waiting") == 0);
      await()
          .untilAsserted(
              () ->
                  assertThat(engine.log())
                      .containsPattern("found " + in("eicar") + ": .*\\(written by \\w+"));
    }
  }

  @Test
  void remembersNoDeniedFileAndNoneIfConfigured() throws Exception {
    Path eicar = mount.eicar("tree/eicar");
    clamd.kill();

    try (EngineProcess engine = start("on-error = deny")) {
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      assertThat(journal(engine.status(), "waiting")).isZero();
      assertThat(engine.stop()).isZero();
    }
    try (EngineProcess engine = start("rescan-queue = 0")) {
      assertThat(Opener.open(eicar).succeeded()).isTrue();
      engine.awaitStatus("the answer", status -> status.getInt("answers.unscanned") == 1);
      assertThat(journal(engine.status(), "waiting")).isZero();
      assertThat(EngineProcess.nacre("status", "--socket", engine.control().toString()).output())
          .contains("rescan queue: off");
    }
  }

  @Test
  void forgetsTheOldestWhenItIsFull() throws Exception {
    try (EngineProcess engine = start("rescan-queue = 10")) {
      clamd.kill();
      Opener.sh("for i in $(seq 30); do echo $i > " + in("written") + "-$i; done");
      engine.awaitStatus("the drops", status -> journal(status, "dropped") >= 20);
      assertThat(journal(engine.status(), "waiting")).isEqualTo(10);
      await().until(() -> engine.log().contains("files are not rescanned"));

      clamd.start();

      awaitMadeGood(engine, 10);
    }
  }

  private EngineProcess start(String... block) throws IOException {
    return EngineProcess.start(
        mount,
        Stream.concat(
                Stream.of("protect = [\"" + mount.root() + "/tree\"]", clamd.endpoint()),
                Stream.of(block))
            .toArray(String[]::new));
  }

  private static void awaitMadeGood(EngineProcess engine, long files) {
    engine.awaitStatus(
        files + " scans",
        status -> journal(status, "waiting") == 0 && journal(status, "rescanned") == files);
  }

  private Path in(String name) {
    return mount.root().resolve("tree").resolve(name);
  }

  private static long journal(JsonObject status, String count) {
    return status.getLong("rescan-queue." + count);
  }
}
