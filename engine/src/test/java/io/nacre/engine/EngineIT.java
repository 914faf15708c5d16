package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine as users start it, on the real kernel with the real clamd. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EngineIT {
  private static final String EMBEDDED = "clamd.endpoints = [embedded]";

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @Test
  void deniesEicarAndAllowsCleanFilesAtEveryDepth() throws IOException {
    Path clean = mount.clean("tree/clean");
    Path top = mount.eicar("tree/eicar");
    Path deep = mount.eicar("tree/1/2/3/4/5/eicar");

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      assertThat(Opener.open(clean).succeeded()).isTrue();
      assertThat(Opener.open(top).wasDenied()).isTrue();
      assertThat(Opener.open(deep).wasDenied()).isTrue();
      await().until(() -> engine.log().contains("denied " + deep));
      assertThat(engine.log())
          .contains("denied " + top, "Eicar-Test-Signature", "opened by cat (pid");
      assertThat(engine.stop()).isZero();
    }
  }

  @Test
  void protectsDirectoriesThatAreMadeMovedAndRemovedLater() throws IOException {
    mount.directory("tree/old");
    mount.eicar("outside/from-outside/eicar");
    mount.eicar("tree/old/inner/eicar");

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      engine.awaitDirectories(3);
      Opener.sh("mkdir -p " + in("tree/a/b/c/d/e"));
      engine.awaitDirectories(8);
      PrivateMount.writeEicar(in("tree/a/b/c/d/e/eicar"));
      assertThat(Opener.open(in("tree/a/b/c/d/e/eicar")).wasDenied()).isTrue();

      Opener.sh("mv " + in("outside/from-outside") + " " + in("tree/moved-in"));
      engine.awaitDirectories(9);
      assertThat(Opener.open(in("tree/moved-in/eicar")).wasDenied()).isTrue();

      Opener.sh("mv " + in("tree/a/b") + " " + in("tree/moved-within"));
      Opener.sh("mkdir " + in("tree/moved-within/new"));
      engine.awaitDirectories(10);
      PrivateMount.writeEicar(in("tree/moved-within/new/eicar"));
      assertThat(Opener.open(in("tree/moved-within/new/eicar")).wasDenied()).isTrue();

      Opener.sh("mv " + in("tree/old") + " " + in("outside/moved-out"));
      engine.awaitDirectories(8);
      assertThat(Opener.open(in("outside/moved-out/inner/eicar")))
          .matches(Opener.Outcome::succeeded, engine.log() + engine.status());

      Opener.sh("rm -r " + in("tree/moved-within"));
      engine.awaitDirectories(3);
      Opener.sh("mkdir " + in("tree/moved-within"));
      engine.awaitDirectories(4);
      PrivateMount.writeEicar(in("tree/moved-within/eicar"));
      assertThat(Opener.open(in("tree/moved-within/eicar")).wasDenied()).isTrue();
    }
  }

  @Test
  void keepsTheMarkOfADirectoryThatMovesBetweenProtectedPaths() throws IOException {
    mount.directory("one/nested/inner");
    mount.directory("two");
    PrivateMount.writeEicar(in("one/nested/inner/eicar"));

    try (EngineProcess engine =
        EngineProcess.start(
            mount,
            "protect = [\"%s\", \"%s\", \"%s\"]".formatted(in("one"), in("two"), in("one/nested")),
            EMBEDDED)) {
      engine.awaitDirectories(3);
      Opener.sh("mv " + in("one/nested") + " " + in("two/nested"));
      engine.awaitDirectories(1);

      assertThat(Opener.open(in("two/nested/inner/eicar")).wasDenied()).isTrue();
      assertThat(engine.status().getObjects("protected").get(1).getInt("directories")).isEqualTo(3);
    }
  }

  @Test
  void losesNoDirectoryThatMovesWhileItIsFound() throws IOException {
    for (int i = 0; i < 10; i++) {
      mount.directory("tree/a" + i);
      mount.directory("tree/q" + i + "/b");
    }

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      engine.awaitDirectories(31);
      String script =
          "import os; os.chdir('"
              + in("tree")
              + "')\n"
              + "for i in map(str, range(10)):\n"
              + " os.mkdir('n' + i); os.rename('a' + i, 'n' + i + '/a')\n"
              + " os.mkdir('q' + i + '/b/x'); os.rename('q' + i, 'w' + i)\n";

      assertThat(Opener.command("python3", "-c", script).await().succeeded()).isTrue();
      engine.awaitDirectories(51);

      for (int i = 0; i < 10; i++) {
        PrivateMount.writeEicar(in("tree/n" + i + "/a/eicar"));
        PrivateMount.writeEicar(in("tree/w" + i + "/b/x/eicar"));
        assertThat(Opener.open(in("tree/n" + i + "/a/eicar")).wasDenied()).isTrue();
        assertThat(Opener.open(in("tree/w" + i + "/b/x/eicar")).wasDenied()).isTrue();
      }
    }
  }

  @Test
  void isNotLedOutOfTheTreeBySymbolicLinks() throws IOException {
    for (int i = 0; i < 10; i++) {
      mount.directory("tree/a" + i + "/b");
    }
    Path victim = mount.eicar("victim/b/x/deep/eicar");

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      engine.awaitDirectories(21);
      String script =
          "import os; os.chdir('"
              + in("tree")
              + "')\n"
              + "for i in map(str, range(10)):\n"
              + " os.mkdir('a' + i + '/b/x'); os.rename('a' + i, 'c' + i)\n"
              + " os.symlink('"
              + in("victim")
              + "', 'a' + i)\n";

      assertThat(Opener.command("python3", "-c", script).await().succeeded()).isTrue();
      engine.awaitDirectories(31);

      assertThat(Opener.open(victim).succeeded()).isTrue();
      PrivateMount.writeEicar(in("tree/c3/b/x/eicar"));
      assertThat(Opener.open(in("tree/c3/b/x/eicar")).wasDenied()).isTrue();
    }
  }

  @Test
  void settlesAfterAStorm() throws IOException {
    mount.directory("tree");
    String script =
        """
        import os, random, shutil, sys, time
        os.chdir(sys.argv[1]); random.seed(7); end = time.time() + 2
        def any():
          return '/'.join(random.choice('abc') for _ in range(random.randint(1, 4)))
        while time.time() < end:
          try:
            what = random.random()
            if what < 0.5: os.makedirs(any(), exist_ok=True)
            elif what < 0.9: os.rename(any(), any())
            else: shutil.rmtree(any(), ignore_errors=True)
          except OSError: pass
        """;

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      assertThat(Opener.command("python3", "-c", script, in("tree").toString()).await().succeeded())
          .isTrue();

      String count = Opener.sh("find " + in("tree") + " -type d | wc -l").output();
      engine.awaitDirectories(Integer.parseInt(count.strip()));
      String directories = Opener.sh("find " + in("tree") + " -type d").output();
      for (String directory : directories.lines().toList()) {
        PrivateMount.writeEicar(Path.of(directory, "eicar"));
        assertThat(Opener.open(Path.of(directory, "eicar")).wasDenied()).isTrue();
      }
    }
  }

  @Test
  void looksForARemovedRootUntilItIsBack() throws IOException {
    mount.directory("tree");

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      Opener.sh("rmdir " + in("tree"));
      engine.awaitStatus("the loss", status -> state(status).equals("missing"));

      Opener.sh("mkdir " + in("tree"));
      engine.awaitStatus("the return", status -> state(status).equals("protected"));

      PrivateMount.writeEicar(in("tree/eicar"));
      assertThat(Opener.open(in("tree/eicar")).wasDenied()).isTrue();
    }
  }

  @Test
  void letsOpenersGoOnAtTheDeadlineWhenClamdNeverAnswers() throws IOException {
    Path file = mount.clean("tree/file");
    Path socket = mount.outside().resolve("silent.sock");

    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineProcess engine =
            EngineProcess.start(mount, protect("tree"), endpoint(socket), "deadline = 700 ms")) {
      List<Opener> openers = IntStream.range(0, 24).mapToObj(i -> Opener.start(file)).toList();

      List<Opener.Outcome> outcomes = openers.stream().map(Opener::await).toList();

      assertThat(outcomes).allMatch(Opener.Outcome::succeeded);
      assertThat(outcomes).allMatch(o -> o.took().compareTo(Duration.ofMillis(700)) >= 0);
      engine.awaitStatus("the count", status -> reason(status, "deadline") == 24);
    }
  }

  @Test
  void deniesAtTheDeadlineIfConfigured() throws IOException {
    Path file = mount.clean("tree/file");
    Path socket = mount.outside().resolve("silent.sock");

    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineProcess engine =
            EngineProcess.start(
                mount,
                protect("tree"),
                endpoint(socket),
                "deadline = 300 ms",
                "on-deadline = deny")) {
      assertThat(Opener.open(file).wasDenied()).isTrue();
      await()
          .untilAsserted(() -> assertThat(engine.status().getInt("answers.denied")).isEqualTo(1));
    }
  }

  @Test
  void findsMalwareThatWasLetThroughAtTheDeadline() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine =
        EngineProcess.start(mount, protect("tree"), EMBEDDED, "deadline = 300 ms")) {
      EngineProcess.signal(engine.clamd(), "STOP");
      assertThat(Opener.open(eicar).succeeded()).isTrue();

      EngineProcess.signal(engine.clamd(), "CONT");

      await().until(() -> engine.log().contains("allowed unscanned " + eicar));
      await().untilAsserted(() -> assertThat(engine.status().getInt("detections")).isEqualTo(1));
    }
  }

  @Test
  void goesOnWhenClamdIsKilledInTheMiddleOfAScan() throws IOException {
    Path file = mount.clean("tree/file");
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      ProcessHandle first = engine.clamd();
      EngineProcess.signal(first, "STOP");
      Opener waiting = Opener.start(file);
      engine.awaitStatus("the scan", status -> status.getInt("scanning") == 1);

      EngineProcess.signal(first, "KILL");

      assertThat(waiting.await().succeeded()).isTrue();
      engine.awaitStatus("another clamd", status -> clamd(status).equals("up"));
      await().until(() -> Opener.open(eicar).wasDenied());
    }
  }

  @Test
  void leavesNoOpenerWaitingWhenItIsKilled() throws IOException {
    Path file = mount.clean("tree/file");
    Path socket = mount.outside().resolve("silent.sock");

    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineProcess engine =
            EngineProcess.start(mount, protect("tree"), endpoint(socket), "deadline = 1 m")) {
      List<Opener> openers = IntStream.range(0, 20).mapToObj(i -> Opener.start(file)).toList();
      engine.awaitStatus("20 openers", status -> waiting(status) == 20);

      engine.signal("KILL");

      assertThat(openers).allMatch(opener -> opener.await().succeeded());
    }
  }

  @Test
  void leavesNoOpenerWaitingWhenItIsStopped() throws IOException {
    Path file = mount.clean("tree/file");
    Path socket = mount.outside().resolve("silent.sock");

    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineProcess engine =
            EngineProcess.start(
                mount,
                protect("tree"),
                endpoint(socket),
                "deadline = 1 m",
                "on-deadline = deny",
                "on-error = deny")) {
      List<Opener> openers = IntStream.range(0, 20).mapToObj(i -> Opener.start(file)).toList();
      engine.awaitStatus("20 openers", status -> waiting(status) == 20);

      int exitCode = engine.stop();

      assertThat(exitCode).isZero();
      assertThat(openers).allMatch(opener -> opener.await().succeeded());
    }
  }

  @Test
  void waitsForAClamdThatLoadsSlowlyAndStopsWhileItDoes() throws IOException {
    mount.directory("tree");
    Path log = mount.outside().resolve("engine.log");

    try (EngineProcess engine =
        EngineProcess.launch(
            mount, mount.outside(), log, protect("tree"), EMBEDDED, "dead-man = 3 s")) {
      engine.freezeClamdAtItsStart();
      await()
          .during(Duration.ofMillis(4_500))
          .atMost(Duration.ofSeconds(30))
          .until(engine::isAlive);

      assertThat(engine.stop()).isZero();
    }
  }

  @Test
  void isEndedByTheKernelWhenItIsFrozen() throws IOException {
    Path file = mount.clean("tree/file");

    try (EngineProcess engine =
        EngineProcess.start(mount, protect("tree"), EMBEDDED, "dead-man = 3 s")) {
      engine.signal("STOP");
      Opener waiting = Opener.start(file);

      assertThat(waiting.await().succeeded()).isTrue();
      assertThat(engine.awaitExit()).isEqualTo(128 + 9);
    }
  }

  @Test
  void leavesNoOpenerWaitingWhenClamdIsKnownToBeFrozen() throws IOException {
    Path file = mount.clean("tree/file");
    Duration deadline = Duration.ofSeconds(2);

    try (EngineProcess engine =
        EngineProcess.start(mount, protect("tree"), EMBEDDED, "deadline = 2 s")) {
      EngineProcess.signal(engine.clamd(), "STOP");
      List<Opener> openers = IntStream.range(0, 16).mapToObj(i -> Opener.start(file)).toList();
      assertThat(openers).allMatch(opener -> opener.await().succeeded());
      engine.awaitStatus(
          "a silent clamd", status -> status.getString("clamd.state").equals("silent"));

      assertThat(Opener.open(file).took()).isLessThan(deadline);
      await().untilAsserted(() -> assertThat(reason(engine.status(), "clamd-silent")).isPositive());

      EngineProcess.signal(engine.clamd(), "CONT");
      engine.awaitStatus(
          "an open that is scanned",
          status -> {
            long before = reason(engine.status(), "clean");
            Opener.open(file);
            return reason(engine.status(), "clean") > before;
          });
    }
  }

  @Test
  void answersTenThousandOpensOnceEachAndKeepsNoDescriptor() throws IOException {
    for (int i = 0; i < 50; i++) {
      mount.clean("tree/file-" + i);
    }

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      Opener.open(in("tree/file-0")); // so that every session is the same before and after
      long answersBefore = engine.status().getLong("answers.total");
      long descriptorsBefore = engine.openDescriptors();
      String openEach =
          "for n in $(seq 25); do for f in " + in("tree") + "/*; do : < $f; done; done";

      List<Opener> openers =
          IntStream.range(0, 8).mapToObj(i -> Opener.command("sh", "-c", openEach)).toList();

      assertThat(openers).allMatch(opener -> opener.await().succeeded());
      assertThat(engine.status().getLong("answers.total") - answersBefore).isEqualTo(10_000);
      assertThat(reason(engine.status(), "clean") + reason(engine.status(), "deadline"))
          .isEqualTo(10_001);
      engine.awaitStatus("an empty stream", status -> waiting(status) == 0);
      int connections = 10;
      engine.awaitDescriptors(descriptorsBefore + connections);
    }
  }

  @Test
  void worksWithItsLogAndItsWorkingDirectoryInTheProtectedTree() throws IOException {
    mount.directory("tree/work");
    Path eicar = mount.eicar("tree/eicar");
    Path log = Files.writeString(in("tree/engine.log"), "");

    try (EngineProcess engine =
        EngineProcess.launch(mount, in("tree/work"), log, protect("tree"), EMBEDDED)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> said(log, "nacre: ready"));

      for (int i = 0; i < 50; i++) {
        assertThat(Opener.open(eicar).wasDenied()).isTrue();
      }

      await().until(() -> said(log, "denied " + eicar));
      assertThat(engine.stop()).isZero();
    }
  }

  @Test
  void letsWhatIsNoRegularFileBe() throws IOException {
    mount.directory("tree");
    Opener.sh("mkfifo " + in("tree/fifo"));
    Opener.sh("ln -s loop2 " + in("tree/loop1") + "; ln -s loop1 " + in("tree/loop2"));
    Opener.sh("ln -s " + mount.root() + " " + in("tree/up"));
    Opener.sh(": > " + in("tree/empty"));
    Opener.command(
            "python3",
            "-c",
            "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])",
            in("tree/socket").toString())
        .await();

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      Opener reader = Opener.start(in("tree/fifo"));
      Opener.sh("echo through > " + in("tree/fifo"));
      assertThat(reader.await().output()).isEqualTo("through");
      assertThat(Opener.open(in("tree/empty")).succeeded()).isTrue();
      assertThat(Opener.open(in("tree/loop1")).output()).contains("Too many levels");
      assertThat(Opener.open(in("tree/socket")).output()).contains("No such device or address");
      assertThat(engine.status().getObjects("protected").get(0).getInt("directories")).isEqualTo(1);
      engine.awaitStatus("the count", status -> reason(status, "empty") == 1);
    }
  }

  @Test
  void scansWhateverTheNameIs() throws IOException {
    String odd = "\"" + mount.directory("tree") + "/$(printf 'a\\377b\\nc')\"";
    Opener.command(
            "sh",
            "-c",
            "mkdir " + odd + "; printf %s \"$1\" > " + odd + "/e",
            "sh",
            PrivateMount.eicar())
        .await();
    inDeepDirectory("open('e', 'w').write(sys.argv[2])");

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      assertThat(Opener.sh("cat " + odd + "/e").wasDenied()).isTrue();
      assertThat(inDeepDirectory("open('e').read()").wasDenied()).isTrue();
      await().until(() -> engine.log().contains("a\\xffb\\x0ac/e"));
      await().until(() -> engine.log().contains("a path longer than a page"));
    }
  }

  /** Runs {@code python} in a directory whose path is longer than a page. */
  private Opener.Outcome inDeepDirectory(String python) {
    String script =
        """
        import os, sys
        os.chdir(sys.argv[1])
        for i in range(25):
          d = '%0200d' % i
          os.path.isdir(d) or os.mkdir(d)
          os.chdir(d)
        """;
    return Opener.command(
            "python3", "-c", script + python, in("tree").toString(), PrivateMount.eicar())
        .await();
  }

  @Test
  void scansFilesThatAreDeletedAlready() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      Opener.Outcome reopened =
          Opener.sh(
              "exec 3>>"
                  + mount.clean("tree/x")
                  + "; rm "
                  + in("tree/x")
                  + "; cat /proc/self/fd/3");

      assertThat(reopened.succeeded()).isTrue();
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      engine.awaitStatus("the count", status -> reason(status, "clean") == 2);
    }
  }

  @Test
  void protectsAFileSystemByOneMarkWithoutAnyRace() throws IOException {
    mount.directory("tree");
    mount.eicar("outside/eicar");
    mount.eicar("tree/excluded/eicar");

    try (EngineProcess engine =
        EngineProcess.start(
            mount,
            "protect = [{ path = \""
                + in("tree")
                + "\", exclude = [\""
                + in("tree/excluded")
                + "\"] }]",
            "strategy = filesystem",
            EMBEDDED)) {
      for (int i = 0; i < 30; i++) {
        Path fresh = in("tree/fresh-" + i);
        Opener.Outcome outcome =
            Opener.command(
                    "sh",
                    "-c",
                    "mkdir \"$2\" && printf %s \"$1\" > \"$2/e\" && cat \"$2/e\"",
                    "sh",
                    PrivateMount.eicar(),
                    fresh.toString())
                .await();
        assertThat(outcome.wasDenied()).isTrue();
      }
      assertThat(Opener.open(in("outside/eicar")).succeeded()).isTrue();
      assertThat(Opener.open(in("tree/excluded/eicar")).succeeded()).isTrue();
      await().untilAsserted(() -> assertThat(reason(engine.status(), "outside")).isPositive());
      await().untilAsserted(() -> assertThat(reason(engine.status(), "excluded")).isPositive());

      Opener.sh("ln " + in("tree/fresh-0/e") + " " + in("outside/hard-link"));
      await().until(() -> Opener.open(in("outside/hard-link")).wasDenied());
      Opener.open(in("outside/eicar")); // after which the directory is not silenced again
      for (int i = 0; i < 10; i++) {
        assertThat(Opener.open(in("outside/hard-link")).wasDenied()).isTrue();
      }
      Opener.sh(
          "mkdir "
              + in("outside/bind")
              + "; mount --bind "
              + in("tree")
              + " "
              + in("outside/bind"));
      assertThat(Opener.open(in("outside/bind/fresh-1/e")).wasDenied()).isTrue();
      Opener.sh("umount " + in("outside/bind"));
    }
  }

  @Test
  void doesNotProtectWhatIsExcluded() throws IOException {
    mount.eicar("tree/excluded/deep/eicar");
    Path sibling = mount.eicar("tree/excluded-not/eicar");

    try (EngineProcess engine =
        EngineProcess.start(
            mount,
            "protect = [{ path = \""
                + in("tree")
                + "\", exclude = [\""
                + in("tree/excluded")
                + "\"] }]",
            EMBEDDED)) {
      assertThat(Opener.open(in("tree/excluded/deep/eicar")).succeeded()).isTrue();
      assertThat(Opener.open(sibling).wasDenied()).isTrue();
      assertThat(engine.status().getObjects("protected").get(0).getInt("directories")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void protectsWhatLiesInsideAnExcludedPartButNotWhatAPatternMeans(String strategy)
      throws IOException {
    mount.eicar("tree/excluded/eicar");
    mount.eicar("tree/a/node_modules/x/eicar");
    Path inner = mount.eicar("tree/excluded/inner/node_modules/eicar");

    try (EngineProcess engine =
        EngineProcess.start(
            mount,
            "protect = [{ path = \""
                + in("tree")
                + "\", exclude = [\""
                + in("tree/exclude*")
                + "\", node_modules] }, \""
                + in("tree/excluded/inner")
                + "\"]",
            "strategy = " + strategy,
            EMBEDDED)) {
      assertThat(Opener.open(in("tree/excluded/eicar")).succeeded()).isTrue();
      assertThat(Opener.open(in("tree/a/node_modules/x/eicar")).succeeded()).isTrue();
      assertThat(Opener.open(inner).wasDenied()).isTrue();
      assertThat(engine.status().getObjects("protected")).hasSize(2);
    }
  }

  @Test
  void letsExemptUsersBe() throws IOException {
    Path eicar = mount.eicar("tree/eicar");
    List<String> unprivileged =
        List.of("setpriv", "--reuid", "65534", "--clear-groups", "cat", eicar.toString());

    try (EngineProcess engine =
        EngineProcess.start(
            mount, protect("tree"), EMBEDDED, "exempt.users = [%s]".formatted("nobody"))) {
      assertThat(Opener.command(unprivileged).await().succeeded()).isTrue();
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      engine.awaitStatus("the count", status -> reason(status, "exempt-user") == 1);
    }
  }

  @Test
  void onlyReportsWithPreventionOff() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine =
        EngineProcess.start(mount, protect("tree"), EMBEDDED, "prevention = detect")) {
      assertThat(Opener.open(eicar).succeeded()).isTrue();

      await().until(() -> engine.log().contains("allowed unscanned " + eicar));
      engine.awaitStatus("an empty stream", status -> waiting(status) == 0);
    }
  }

  @Test
  void answersByPolicyWhenClamdIsDown() throws IOException {
    Path file = mount.clean("tree/file");

    try (EngineProcess engine =
        EngineProcess.start(
            mount,
            protect("tree"),
            endpoint(mount.outside().resolve("none.sock")),
            "on-error = deny")) {
      Opener.Outcome outcome = Opener.open(file);

      assertThat(outcome.wasDenied()).isTrue();
      assertThat(outcome.took()).isLessThan(Duration.ofSeconds(4));
      engine.awaitStatus("the count", status -> reason(status, "clamd-down") == 1);
      assertThat(clamd(engine.status())).isEqualTo("down");
    }
  }

  @Test
  void answersByPolicyWhenAFileIsTooBig() throws IOException {
    Path small = mount.clean("tree/small");
    Path big = in("tree/big");
    Opener.sh("head -c 2000 /dev/zero > " + big);

    try (EngineProcess engine =
        EngineProcess.start(
            mount, protect("tree"), EMBEDDED, "max-file-size = 1000 B", "on-oversize = deny")) {
      assertThat(Opener.open(big).wasDenied()).isTrue();
      assertThat(Opener.open(small).succeeded()).isTrue();
      engine.awaitStatus("the count", status -> reason(status, "oversize") == 1);
    }
  }

  @Test
  void tellsItsStatusWhileAnotherClientStalls() throws IOException {
    mount.directory("tree");

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      Opener stalled =
          Opener.command(
              "python3",
              "-c",
              "import socket, sys, time; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
                  + " s.send(b'{'); time.sleep(20)",
              engine.control().toString());

      Opener.Outcome status =
          EngineProcess.nacre("status", "--socket", engine.control().toString());

      assertThat(status.succeeded()).isTrue();
      assertThat(status.output())
          .contains("nacre is running", in("tree") + "  protected by ddd", "clamd up");
      stalled.kill();
      assertThat(
              EngineProcess.nacre("status", "--json", "--socket", engine.control().toString())
                  .output())
          .startsWith("{");
    }
  }

  @Test
  void refusesWhatItCannotProtect() throws IOException {
    Path file = mount.clean("file");
    Path configuration = mount.outside().resolve("bad.conf");
    Files.writeString(
        configuration,
        "nacre {\n  protect = [\""
            + file
            + "\", \""
            + in("none")
            + "\", \"/\"]\n  strategy = ddd, deadlin = 1 s\n}\n");

    Opener.Outcome refused = EngineProcess.nacre("run", "-c", configuration.toString());

    assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(refused.output())
        .contains(
            configuration + ":2: nacre.protect: " + file + " is not a directory",
            configuration + ":2: nacre.protect: " + in("none") + " does not exist",
            "/ cannot be protected with strategy = ddd",
            configuration + ":3: nacre.deadlin: is no such key; did you mean deadline?")
        .doesNotContain("Exception");
    assertThat(EngineProcess.nacre("protect", in("none").toString()).exitCode())
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(EngineProcess.nacre("no-such-command").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void removesWhatAKilledEngineLeft() throws IOException {
    mount.directory("tree");
    Path left;
    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      String address = engine.status().getObjects("clamd.endpoints").get(0).getString("address");
      left = Path.of(address.substring("unix:".length())).getParent();
      engine.signal("KILL");
      engine.awaitExit();
    }
    assertThat(left).exists();

    try (EngineProcess engine = EngineProcess.start(mount, protect("tree"), EMBEDDED)) {
      assertThat(left).doesNotExist();
      assertThat(engine.stop()).isZero();
    }
  }

  private Path in(String name) {
    return mount.root().resolve(name);
  }

  private String protect(String name) {
    return "protect = [\"" + in(name) + "\"]";
  }

  private static String endpoint(Path socket) {
    return "clamd.endpoints = [\"unix:" + socket + "\"]";
  }

  private static long reason(JsonObject status, String reason) {
    return status.getLong("answers.by-reason." + reason);
  }

  private static String state(JsonObject status) {
    return status.getObjects("protected").get(0).getString("state");
  }

  private static String clamd(JsonObject status) {
    return status.getString("clamd.state");
  }

  private static int waiting(JsonObject status) {
    return status.getInt("waiting") + status.getInt("scanning");
  }

  /** Asks another process, since the log lies in the protected tree. */
  private static boolean said(Path log, String what) {
    return Stream.of(Opener.open(log)).anyMatch(outcome -> outcome.output().contains(what));
  }
}
