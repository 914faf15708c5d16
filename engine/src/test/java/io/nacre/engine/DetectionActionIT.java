package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The actions on infected files and their restoration, with the real clamd. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DetectionActionIT {
  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private RealClamd clamd;
  private Path quarantine;

  @BeforeEach
  void prepare() throws IOException {
    quarantine = mount.directory("tree").resolve("quarantine");
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
  void movesAnOpenedFileIntoAQuarantineInTheProtectedTree(String strategy) throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start("move", "strategy = " + strategy)) {
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      await().until(() -> !Files.exists(eicar));
      String id = onlyId();

      JsonObject shown = Json.read(nacre("show", id, "--json").output()).orElseThrow();
      assertThat(shown.getString("path")).isEqualTo(eicar.toString());
      assertThat(shown.getString("opener.program")).endsWith("/cat");
      assertThat(nacre("show", id).output()).contains(eicar.toString(), "opened by cat (pid ");
      assertThat(nacre("list").output()).contains("ID ", id, eicar.toString());
      Opener.Outcome refused = nacre("restore", id, "--to", mount.root() + "/outside");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.output()).contains("since it is infected: Eicar");
      assertThat(Files.exists(quarantine.resolve(id))).isTrue();
      await().untilAsserted(() -> assertThat(engine.status().getInt("detections")).isEqualTo(1));
      assertThat(engine.log())
          .contains("the quarantine " + quarantine + " lies in a protected path");
      assertThat(EngineProcess.nacre("status", "--socket", engine.control().toString()).output())
          .contains("except the quarantine " + quarantine);
      assertThat(Opener.sh("cat " + quarantine.resolve(id)).output())
          .isEqualTo(PrivateMount.eicar());

      Opener.Outcome forced = nacre("restore", id, "--to", mount.root() + "/outside", "--force");
      assertThat(forced.succeeded()).as(forced.output()).isTrue();
      assertThat(Files.exists(mount.root().resolve("outside"))).isTrue();
      assertThat(nacre("list").output()).isEqualTo("The quarantine " + quarantine + " is empty.");
      await().untilAsserted(() -> assertThat(engine.status().getInt("detections")).isEqualTo(1));
      engine.assertAlive();
    }
  }

  @Test
  void movesAFileAgainThatWasRestoredByForce() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start("move", "triggers = [open]")) {
      Opener.open(eicar);
      await().until(() -> !Files.exists(eicar));

      assertThat(nacre("restore", onlyId(), "--force").succeeded()).isTrue();

      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      await().until(() -> !Files.exists(eicar));
      assertThat(ids()).hasSize(1);
      engine.assertAlive();
    }
  }

  @Test
  void restoresAFileThatClamdFindsCleanByNow() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start("move")) {
      Opener.open(eicar);
      await().until(() -> !Files.exists(eicar));
      clamd.kill();
      Opener.Outcome unscanned = nacre("restore", onlyId());
      assertThat(unscanned.exitCode()).isEqualTo(2);
      assertThat(unscanned.output()).contains("could not be scanned");
      Opener.sh(
          "rm "
              + clamd.signatures()
              + "/*; echo x:0:*:deadbeef > "
              + clamd.signatures()
              + "/x.ndb");
      clamd.start();

      Opener.Outcome restored = nacre("restore", onlyId());

      assertThat(restored.output())
          .isEqualTo("restored " + restored.output().split(" ", 3)[1] + " to " + eicar);
      assertThat(Opener.open(eicar).succeeded()).isTrue();
      assertThat(ids()).isEmpty();
      engine.assertAlive();
    }
  }

  @Test
  void actsOnFilesThatAreWrittenOrMovedIn() throws IOException {
    Path written = mount.root().resolve("tree/written");
    Path movedIn = mount.root().resolve("tree/moved-in");
    Path elsewhere = mount.eicar("elsewhere");

    try (EngineProcess engine = start("move")) {
      PrivateMount.writeEicar(written);
      Opener.sh("mv " + elsewhere + " " + movedIn);

      await().until(() -> !Files.exists(written) && !Files.exists(movedIn));
      await().untilAsserted(() -> assertThat(ids()).hasSize(2));
      assertThat(nacre("list").output()).contains(written.toString(), movedIn.toString());
      engine.awaitStatus("both", status -> status.getInt("detections") == 2);
    }
  }

  @Test
  void copiesOrRemoves() throws IOException {
    Path copied = mount.eicar("tree/copied");
    try (EngineProcess engine = start("copy")) {
      for (int i = 0; i < 5; i++) {
        assertThat(Opener.open(copied).wasDenied()).isTrue();
      }
      await().untilAsserted(() -> assertThat(ids()).hasSize(1));
      engine.awaitStatus("all", status -> status.getInt("detections") >= 5);
      assertThat(ids()).hasSize(1);
      assertThat(nacre("delete", onlyId()).output()).contains("deleted", copied.toString());
      assertThat(Files.exists(copied)).isTrue();
    }
    try (EngineProcess engine = start("remove")) {
      assertThat(Opener.open(copied).wasDenied()).isTrue();
      await().until(() -> !Files.exists(copied));
      assertThat(ids()).isEmpty();
      engine.assertAlive();
    }
  }

  @Test
  void deniesAFileThatCouldNotBeMoved() throws IOException {
    Path eicar = mount.eicar("tree/eicar");
    assertThat(Opener.sh("chattr +i " + eicar).output()).isEmpty();

    try (EngineProcess engine = start("move")) {
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      await()
          .untilAsserted(
              () -> assertThat(engine.log()).contains("left where it is: it is immutable"));
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
    } finally {
      Opener.sh("chattr -i " + eicar);
    }
  }

  @Test
  void refusesToStartWithAQuarantineThatOthersCanUse() throws Exception {
    Files.createDirectory(quarantine);
    Opener.sh("chown 1000 " + quarantine);
    Path log = mount.outside().resolve("engine.log");

    try (EngineProcess engine = EngineProcess.launch(mount, mount.outside(), log, block("move"))) {
      assertThat(engine.awaitExit()).isEqualTo(ExitCode.CONFIGURATION);
      assertThat(engine.log())
          .contains("nacre.detection.quarantine: " + quarantine + " belongs to user 1000");
    }
  }

  @Test
  void reportsAnUnknownId() {
    Opener.Outcome none = nacreAt("list");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.output()).contains("there is no quarantine at " + quarantine);

    Opener.sh("mkdir -m 700 " + quarantine);
    assertThat(nacreAt("show", "abcdef").output())
        .isEqualTo("nacre: there is no abcdef in " + quarantine + "; see nacre quarantine list");
    assertThat(nacreAt("delete", "../../x").exitCode()).isEqualTo(2);
  }

  private EngineProcess start(String action, String... more) throws IOException {
    return EngineProcess.start(mount, block(action, more));
  }

  private String[] block(String action, String... more) {
    return Stream.concat(
            Stream.of(
                "protect = [\"" + mount.root().resolve("tree") + "\"]",
                "clamd.endpoints = [\"unix:" + clamd.socket() + "\"]",
                "detection.action = " + action,
                "detection.quarantine = \"" + quarantine + "\""),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private Opener.Outcome nacre(String... arguments) {
    return run(arguments, "--config", mount.outside().resolve("nacre.conf").toString());
  }

  private Opener.Outcome nacreAt(String... arguments) {
    return run(arguments, "--quarantine", quarantine.toString());
  }

  private static Opener.Outcome run(String[] arguments, String... options) {
    return EngineProcess.nacre(
        Stream.of(Stream.of("quarantine"), Stream.of(arguments), Stream.of(options))
            .flatMap(words -> words)
            .toArray(String[]::new));
  }

  private String onlyId() throws IOException {
    await().untilAsserted(() -> assertThat(ids()).hasSize(1));
    return ids().get(0);
  }

  private List<String> ids() throws IOException {
    try (Stream<Path> names = Files.list(quarantine)) {
      return names
          .map(path -> String.valueOf(path.getFileName()))
          .filter(name -> !name.endsWith(".json"))
          .toList();
    }
  }
}
