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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One mark for a whole file system or mount: what it costs outside, and what it reaches. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WholeFileSystemIT {
  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @BeforeEach
  void prepare() throws IOException {
    mount.directory("tree");
  }

  @ParameterizedTest
  @ValueSource(strings = {"filesystem", "mount"})
  void theSecondOpenOfAFileOutsideRaisesNoEvent(String strategy) throws IOException {
    Path stranger = mount.clean("elsewhere/stranger");
    Path another = mount.clean("elsewhere/another");

    try (EngineProcess engine = start(strategy)) {
      await()
          .until(
              () -> {
                long before = outside(engine);
                Opener.open(stranger);
                return outside(engine) == before;
              });
      long before = outside(engine);

      Opener.open(stranger);
      Opener.open(another);

      assertThat(outside(engine)).isEqualTo(before);
    }
  }

  @Test
  void aDirectoryThatOthersMayMoveIsNeverSilenced() throws IOException {
    Path stranger = mount.clean("public/movable/stranger");
    Opener.sh("chmod 777 " + mount.root().resolve("public"));

    try (EngineProcess engine = start("filesystem")) {
      for (int i = 0; i < 5; i++) {
        Opener.open(stranger);
      }

      engine.awaitStatus("an event each", status -> outside(engine) == 5);
    }
  }

  @Test
  void anIgnoredDirectoryIsMarkedAgainWhenItMovesIn() throws IOException {
    Path stranger = mount.clean("elsewhere/stranger");

    try (EngineProcess engine = start("filesystem")) {
      await()
          .until(
              () -> {
                long before = outside(engine);
                Opener.open(stranger);
                return outside(engine) == before;
              });
      PrivateMount.writeEicar(mount.root().resolve("elsewhere/eicar"));

      Opener.sh("mv " + mount.root().resolve("elsewhere") + " " + in("moved"));

      await().until(() -> Opener.open(in("moved/eicar")).wasDenied());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem", "mount"})
  void findsWhatIsMovedIn(String strategy) throws IOException {
    mount.eicar("staging/directory/deep/eicar");
    mount.eicar("staging/single");
    Opener.sh("mkfifo " + mount.root().resolve("staging/directory/fifo"));
    Opener.sh("ln -s /etc/passwd " + mount.root().resolve("staging/directory/link"));

    try (EngineProcess engine = start(strategy)) {
      Opener.sh("mv " + mount.root().resolve("staging/directory") + " " + in("directory"));
      Opener.sh("mv " + mount.root().resolve("staging/single") + " " + in("single"));

      await().until(() -> engine.log().contains("found " + in("directory/deep/eicar")));
      await().until(() -> engine.log().contains("found " + in("single")));
      assertThat(engine.log()).contains("(moved in)");
      EngineProcess.signal(engine.clamd(), "STOP");
      assertThat(Opener.open(in("single")).wasDenied()).as("decided without clamd").isTrue();
    }
  }

  @Test
  void saysWhatWasChosenForEachPathAndWhy() throws IOException {
    try (EngineProcess engine =
        EngineProcess.start(
            mount,
            "protect = [\"%s\", \"%s\"]".formatted(mount.root(), mount.directory("tree/inner")),
            "clamd.endpoints = [embedded]")) {
      List<? extends JsonObject> all = engine.status().getObjects("protected");

      assertThat(all).singleElement().returns("filesystem", one -> one.getString("strategy"));
      assertThat(all.get(0).getString("reason")).isEqualTo("it is a whole file system");
    }
  }

  private EngineProcess start(String strategy) throws IOException {
    return EngineProcess.start(
        mount,
        "protect = [\"" + in("") + "\"]",
        "strategy = " + strategy,
        "clamd.endpoints = [embedded]");
  }

  private Path in(String name) {
    return mount.root().resolve("tree").resolve(name);
  }

  private static long outside(EngineProcess engine) {
    return engine.status().getLong("answers.by-reason.outside");
  }
}
