package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.control.ControlClient;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes of the configuration while the engine runs. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReloadIT {
  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private RealClamd clamd;
  private RealClamd second;

  @BeforeEach
  void prepare() throws IOException {
    mount.directory("tree");
    clamd = RealClamd.in(mount.outside().resolve("clamd"));
    second = RealClamd.in(mount.outside().resolve("second"));
    clamd.start();
  }

  @AfterEach
  void end() throws IOException {
    for (RealClamd started : Stream.of(clamd, second).toList()) {
      if (started != null) {
        started.close();
      }
    }
  }

  @Test
  void appliesThePolicyWithoutForgettingVerdicts() throws IOException {
    Path file = mount.clean("tree/file");
    Path big = Files.writeString(mount.root().resolve("tree/big"), "x".repeat(5000));

    try (EngineProcess engine = start()) {
      assertThat(Opener.open(file).succeeded()).isTrue();
      assertThat(Opener.open(big).succeeded()).isTrue();
      long invalidations = engine.status().getLong("signatures.invalidations");

      JsonObject reply = reload(engine, "max-file-size = 4 KiB", "on-oversize = deny");

      assertThat(reply.getStrings("applied")).containsExactly("max-file-size", "on-oversize");
      assertThat(Opener.open(big).wasDenied()).isTrue();
      assertThat(Opener.open(file).succeeded()).isTrue();
      reload(engine);
      assertThat(Opener.open(big).succeeded()).isTrue();
      JsonObject status = engine.status();
      assertThat(status.getLong("signatures.invalidations")).isEqualTo(invalidations);
      assertThat(status.getString("configuration"))
          .matches("\\d\\d:\\d\\d applied: max-file-size, on-oversize");
    }
  }

  @Test
  void changesNothingByAConfigurationThatIsRefused() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start()) {
      Path file = configure("max-file-size = many");

      Opener.Outcome outcome =
          EngineProcess.nacre("reload", "--socket", engine.control().toString());

      assertThat(outcome.exitCode()).isEqualTo(78);
      assertThat(outcome.output())
          .contains(file + ":")
          .contains("max-file-size")
          .contains("the configuration is refused, and nothing has changed");
      assertThat(engine.status().getString("configuration"))
          .matches("\\d\\d:\\d\\d refused: " + file + ":\\d+: nacre.max-file-size: .*");
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      engine.assertAlive();
    }
  }

  @Test
  void reloadsAtTheSignal() throws IOException {
    Path big = Files.writeString(mount.root().resolve("tree/big"), "x".repeat(5000));

    try (EngineProcess engine = start()) {
      Path unused = configure("max-file-size = 4 KiB", "on-oversize = deny");
      engine.signal("HUP");

      engine.awaitStatus(
          "the reload", status -> status.getString("configuration").contains("applied"));
      assertThat(Opener.open(big).wasDenied()).isTrue();
    }
  }

  @Test
  void handsOverToANewProcessForWhatARunningOneCannotChange() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start()) {
      Path moved = mount.outside().resolve("moved.sock");
      String text =
          Files.readString(configure("queue = 7", "on-error = deny"))
              .replace(engine.control().toString(), moved.toString());
      Files.writeString(mount.outside().resolve("nacre.conf"), text);

      Opener.Outcome outcome =
          EngineProcess.nacre("reload", "--socket", engine.control().toString());

      assertThat(outcome.output())
          .contains("applied: on-error; by hand-over: control.socket, queue");
      assertThat(outcome.exitCode()).as(outcome.output() + engine.log()).isZero();
      long successor = ControlClient.ask(moved, "status").getLong("pid");
      try {
        assertThat(successor).isNotEqualTo(engine.pid());
        assertThat(Opener.open(eicar).wasDenied()).isTrue();
        assertThat(engine.awaitExit()).isZero();
      } finally {
        ProcessHandle.of(successor).ifPresent(ProcessHandle::destroy);
      }
    }
  }

  @Test
  void namesWhatNeedsAStop() throws IOException {
    try (EngineProcess engine = start()) {
      JsonObject reply = reload(engine, "prevention = detect", "on-error = deny");

      assertThat(reply.getString("text"))
          .isEqualTo("applied: on-error; only when it is stopped and started: prevention");
    }
  }

  @Test
  void usesOtherClamdsAndEndsTheirSessionsWhenTheyAreRemoved() throws IOException {
    second.add("second.ndb", "only-the-second-knows-this");
    second.start();
    Path eicar = mount.eicar("tree/eicar");
    Path file = Files.writeString(mount.root().resolve("tree/file"), "only-the-second-knows-this");

    try (EngineProcess engine = start()) {
      assertThat(Opener.open(file).succeeded()).isTrue();
      long descriptors = engine.openDescriptors();

      reload(engine, second.endpoint());
      assertThat(Opener.open(file).wasDenied()).isTrue();
      assertThat(Opener.open(eicar).wasDenied()).isTrue();

      for (int i = 0; i < 3; i++) {
        reload(engine, "clamd.connections = " + (2 + i));
        reload(engine, second.endpoint());
      }
      reload(engine);
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      assertThat(engine.status().getObjects("clamd.endpoints")).hasSize(1);
      engine.awaitDescriptors(descriptors + 4);
      engine.assertAlive();
    }
  }

  @Test
  void keepsVerdictsWhenOnlyTheConnectionsOfAClamdChange() throws IOException {
    Path file = mount.clean("tree/file");

    try (EngineProcess engine = start()) {
      assertThat(Opener.open(file).succeeded()).isTrue();
      long invalidations = engine.status().getLong("signatures.invalidations");

      reload(engine, "clamd.scan-timeout = 60 s", "clamd.connections = 3");

      engine.awaitStatus(
          "certain signatures", status -> !status.getBoolean("signatures.uncertain"));
      assertThat(engine.status().getLong("signatures.invalidations")).isEqualTo(invalidations);
      assertThat(engine.status().getObjects("clamd.endpoints").get(0).getInt("scanning-at-most"))
          .isEqualTo(3);
    }
  }

  @Test
  void staysWithItsClamdsIfNoOtherAnswers() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start()) {
      JsonObject reply = reload(engine, second.endpoint());

      assertThat(reply.getStrings("problems").get(0))
          .startsWith("no clamd of the new configuration answers");
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      assertThat(engine.status().getObjects("clamd.endpoints").get(0).getString("address"))
          .isEqualTo("unix:" + clamd.socket());
    }
  }

  @Test
  void changesTheActionOnDetections() throws IOException {
    Path first = mount.eicar("tree/first");
    Path moved = mount.eicar("tree/moved");
    Path quarantine = mount.outside().resolve("quarantine");

    try (EngineProcess engine = start()) {
      assertThat(Opener.open(first).wasDenied()).isTrue();

      reload(engine, "detection { action = move, quarantine = \"" + quarantine + "\", log = [] }");

      assertThat(Opener.open(moved).wasDenied()).isTrue();
      await().until(() -> Files.notExists(moved));
      assertThat(first).exists();
      assertThat(engine.log()).doesNotContain("tree/moved");
    }
  }

  @Test
  void changesTheCaches() throws IOException {
    try (EngineProcess engine = start()) {
      for (String mode : List.of("leased", "off", "safe", "leased")) {
        reload(engine, "cache { kernel = " + mode + ", entries = 1000 }");

        engine.awaitStatus(
            "the mode " + mode, status -> status.getString("kernel-cache.state").startsWith(mode));
        assertThat(engine.status().getInt("cache.capacity")).isEqualTo(1000);
      }
    }
  }

  private EngineProcess start(String... block) throws IOException {
    return EngineProcess.start(mount, keys(block));
  }

  private JsonObject reload(EngineProcess engine, String... block) throws IOException {
    Path unused = configure(block);
    return engine.reload();
  }

  private Path configure(String... block) throws IOException {
    return EngineProcess.configure(mount, keys(block));
  }

  /** Returns the keys of {@code block}, which may name other clamds. */
  private String[] keys(String... block) {
    List<String> keys = new ArrayList<>(List.of(block));
    keys.add("protect = [\"" + mount.root() + "/tree\"]");
    if (keys.stream().noneMatch(key -> key.startsWith("clamd.endpoints"))) {
      keys.add(clamd.endpoint());
    }
    return keys.toArray(String[]::new);
  }
}
