package io.nacre.engine.selfcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.InotifyWatches;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.Sysctl;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import io.nacre.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code nacre selftest} says of a running engine. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SelfCheckIT {
  private static final String EMBEDDED = "clamd.endpoints = [embedded]";
  private static final int MANY = 300;
  private static final int TOO_FEW = 100;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @BeforeEach
  void prepare() throws IOException {
    mount.directory("tree/a/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem", "mount"})
  void saysThatAllIsWell(String strategy) throws IOException {
    try (EngineProcess engine = start("strategy = " + strategy, EMBEDDED)) {
      Opener.Outcome result = selftest(engine);

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.output())
          .containsPattern("ok +" + tree() + "  " + strategy + "  .*EICAR denied in [0-9]+ ms")
          .contains("Everything is protected: 1 path")
          .doesNotContain("NOT");
      assertThat(testFiles()).isEmpty();
    }
  }

  @Test
  void saysItAsJson() throws IOException {
    try (EngineProcess engine = start("strategy = ddd", EMBEDDED)) {
      JsonObject result = json(selftest(engine, "--json"));

      assertThat(result.getBoolean("holds")).isTrue();
      assertThat(result.getObjects("places").get(0).getInt("directories")).isEqualTo(3);
      assertThat(result.getObject("files").toString()).contains("held");
    }
  }

  @Test
  void makesNoFilesIfItIsNotTo() throws IOException {
    try (EngineProcess engine = start("strategy = ddd", EMBEDDED)) {
      Opener.Outcome result = selftest(engine, "--no-files");

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.output()).contains("3 directories").doesNotContain("EICAR");
      assertThat(engine.log()).doesNotContain("nacre-selftest");
    }
  }

  @Tag("alone")
  @Test
  void saysWhatIsNotProtected() throws IOException, ErrnoException {
    sh("cd tree; mkdir $(seq " + MANY + ")");

    try (Sysctl limit = Sysctl.of("fs.inotify.max_user_watches")) {
      limit.set(InotifyWatches.used(limit, mount.outside()) + TOO_FEW);
      try (EngineProcess engine = start("strategy = ddd", EMBEDDED)) {
        Opener.Outcome result = selftest(engine);

        assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
        assertThat(result.output())
            .containsPattern("NOT PROTECTED  " + tree() + "/[^ ]+: no inotify watch left")
            .containsPattern("NOT PROTECTED  and 19[0-9] more below " + tree())
            .contains("Not everything is protected");

        limit.restore();
        engine.awaitStatus(
            "room",
            status -> status.getObjects("protected").get(0).getString("state").equals("protected"));
        assertThat(selftest(engine).exitCode()).isZero();
      }
    }
  }

  @Test
  void saysThatAPathIsMissing() throws IOException {
    try (EngineProcess engine = start("strategy = ddd", EMBEDDED)) {
      sh("mv tree elsewhere");
      engine.awaitStatus(
          "the loss",
          status -> status.getObjects("protected").get(0).getString("state").equals("missing"));

      Opener.Outcome result = selftest(engine);

      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.output()).contains("NOT PROTECTED  " + tree() + ": does not exist");
    }
  }

  @Test
  void givesNoFalseAlarmWhileDirectoriesComeAndGo() throws IOException {
    sh("mkdir -p tree/kept tree/in outside; cd tree/kept; mkdir -p $(seq -f %g/x 200)");
    try (EngineProcess engine = start("strategy = ddd", EMBEDDED)) {
      Opener churn =
          Opener.command(
              "timeout",
              "60",
              "sh",
              "-c",
              "cd "
                  + mount.root()
                  + "; while [ -e tree ]; do mkdir -p tree/in/a/b/c tree/in/d; mv tree/in/a tree/kept/e;"
                  + " mkdir tree/in/f; mv tree/in/d outside/d; rmdir outside/d;"
                  + " rm -r tree/kept/e tree/in/f; done");
      try {
        for (int i = 0; i < 5; i++) {
          JsonObject result = json(selftest(engine, "--json", "--no-files"));

          assertThat(result.getBoolean("holds")).as(result.toString()).isTrue();
          assertThat(result.getInt("marked-outside-count")).as(result.toString()).isZero();
        }
      } finally {
        churn.kill();
      }
    }
  }

  @Test
  void saysThatDetectionDeniesNothing() throws IOException {
    try (EngineProcess engine = start("strategy = ddd", "prevention = detect", EMBEDDED)) {
      Opener.Outcome result = selftest(engine);

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.output())
          .contains("EICAR opens: prevention = detect", "Everything is watched");
    }
  }

  @Test
  void saysThatOpensAreAllowedUnscannedWhileClamdIsDown() throws IOException {
    String none = "clamd.endpoints = [\"unix:" + mount.outside() + "/none\"]";
    try (EngineProcess engine = start("strategy = ddd", none)) {
      Opener.Outcome result = selftest(engine);

      assertThat(result.exitCode()).as(result.output()).isEqualTo(1);
      assertThat(result.output())
          .contains("Not everything is protected: clamd is down")
          .contains("opens are allowed unscanned by on-error");
      assertThat(testFiles()).isEmpty();
    }
  }

  @Test
  void leavesAReadOnlyFileSystemAlone() throws IOException {
    sh("mount -o remount,ro " + mount.root());

    try (EngineProcess engine = start("strategy = ddd", EMBEDDED)) {
      Opener.Outcome result = selftest(engine);

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.output()).contains("no file test: read-only file system");
    }
  }

  @Test
  void allStaysWellWhenTheFileSystemGetsOtherOptions() throws IOException {
    try (EngineProcess engine = start("strategy = ddd", EMBEDDED)) {
      sh("mount -o remount,size=40% " + mount.root());

      Opener.Outcome result = selftest(engine);

      assertThat(result.exitCode()).as(result.output()).isZero();
    }
  }

  @Test
  void makesNoFileWhereItWouldBeExcluded() throws IOException {
    String excluding = "protect = [{ path = \"" + tree() + "\", exclude = [\".*\"] }]";
    try (EngineProcess engine = EngineProcess.start(mount, excluding, "strategy = ddd", EMBEDDED)) {
      Opener.Outcome result = selftest(engine);

      assertThat(result.exitCode()).as(result.output()).isZero();
      assertThat(result.output()).contains("no file test: the configuration excludes such a file");
    }
  }

  @Test
  void servesSeveralAtTheSameTime() throws IOException {
    try (EngineProcess engine = start("strategy = ddd", EMBEDDED)) {
      Opener first = Opener.command(command(engine));
      Opener second = Opener.command(command(engine));

      assertThat(first.await().exitCode()).isZero();
      assertThat(second.await().exitCode()).isZero();
      assertThat(testFiles()).isEmpty();
    }
  }

  private EngineProcess start(String... block) throws IOException {
    return EngineProcess.start(
        mount,
        Stream.concat(Stream.of("protect = [\"" + tree() + "\"]"), Stream.of(block))
            .toArray(String[]::new));
  }

  private static Opener.Outcome selftest(EngineProcess engine, String... options) {
    return Opener.command(
            Stream.concat(Stream.of(command(engine)), Stream.of(options)).toArray(String[]::new))
        .await();
  }

  private static String[] command(EngineProcess engine) {
    return new String[] {
      EngineProcess.LAUNCHER.toString(), "selftest", "--socket", engine.control().toString()
    };
  }

  private static JsonObject json(Opener.Outcome result) {
    return Json.read(result.output()).orElseThrow();
  }

  private Path tree() {
    return mount.root().resolve("tree");
  }

  private Stream<Path> testFiles() throws IOException {
    try (Stream<Path> all = Files.walk(tree())) {
      return all
          .filter(path -> path.getFileName().toString().startsWith(SelfCheck.FILE_PREFIX))
          .toList()
          .stream();
    }
  }

  private void sh(String script) {
    Opener.Outcome outcome = Opener.sh("cd " + mount.root() + "; set -e; " + script);
    assertThat(outcome.succeeded()).as(script + ": " + outcome.output()).isTrue();
  }
}
