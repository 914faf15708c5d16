package io.nacre.engine.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.control.ControlClient;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.EngineSuccession;
import io.nacre.engine.fixture.KernelMarks;
import io.nacre.engine.fixture.OpenLoad;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.FakeClamd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A restart leaves no moment in which a file can be opened without an answer. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RestartIT {
  private static final int DIRECTORIES = 20;
  private static final Duration BOUND = Duration.ofSeconds(30);

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private Path socket;
  private Path eicar;

  @BeforeEach
  void prepare() throws IOException {
    socket = mount.outside().resolve("clamd.sock");
    for (int i = 0; i < DIRECTORIES; i++) {
      mount.clean("tree/clean/" + i + "/file");
    }
    eicar = mount.eicar("tree/infected/eicar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void deniesThroughoutAndLeavesNothingOfTheOldEngine(String strategy) throws IOException {
    try (FakeClamd clamd = FakeClamd.withFaults(socket);
        EngineSuccession engines = start("strategy = " + strategy);
        OpenLoad prober = OpenLoad.startProber(mount.root().resolve("tree/infected"));
        OpenLoad load = OpenLoad.start(2, mount.root().resolve("tree/clean"))) {
      for (int i = 0; i < 2; i++) {
        long before = engines.pid();

        Opener.Outcome restarted = engines.restart();

        assertThat(restarted.exitCode()).as(restarted.output() + engines.first().log()).isZero();
        engines.awaitOne();
        assertThat(engines.pid()).isNotEqualTo(before);
        assertThat(engines.status().getLong("hand-over.from-pid")).isEqualTo(before);
      }
      OpenLoad.Counts infected = prober.stop();
      OpenLoad.Counts clean = load.stop();

      assertThat(infected.opened()).isZero();
      assertThat(infected.failed()).isZero();
      assertThat(infected.denied()).isPositive();
      assertThat(clean.denied()).isZero();
      assertThat(clean.failed()).isZero();
      KernelMarks marks = KernelMarks.of(engines.pid());
      assertThat(marks.directories()).hasSize(strategy.equals("ddd") ? DIRECTORIES + 3 : 0);
      assertThat(marks.filesystems()).hasSize(strategy.equals("ddd") ? 0 : 1);
    }
  }

  @Test
  void isNoColdStart() throws IOException {
    // On a tmpfs root's files leave the cache when their ignore marks are removed.
    Opener.sh("chown -R 65534 " + mount.root().resolve("tree/clean"));
    try (FakeClamd clamd = FakeClamd.withFaults(socket);
        EngineSuccession engines = start("strategy = filesystem", "clamd.database = official")) {
      Opener.sh("cat " + mount.root().resolve("tree/clean") + "/*/file");
      engines.first().awaitStatus("a cache", now -> now.getInt("cache.files") == DIRECTORIES);
      assertThat(Opener.open(eicar).wasDenied()).isTrue();

      assertThat(engines.restart().exitCode()).isZero();

      engines.awaitOne();
      assertThat(engines.status().getInt("cache.files")).isEqualTo(DIRECTORIES);
      assertThat(engines.status().getInt("cached-infected")).isEqualTo(1);
      Opener.sh("cat " + mount.root().resolve("tree/clean") + "/*/file");
      assertThat(engines.status().getInt("answers.scanned")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the running engine is process",
        "the group of process",
        "the protected paths are marked",
        "the caches are copied"
      })
  void survivesASuccessorThatIsKilled(String step) throws IOException {
    try (FakeClamd clamd = FakeClamd.withFaults(socket);
        EngineSuccession engines = start("strategy = ddd");
        OpenLoad prober = OpenLoad.startProber(mount.root().resolve("tree/infected"))) {
      long before = engines.pid();

      Opener restart = engines.beginRestart();
      awaitStep(engines, step);
      engines.successorOf(before).ifPresent(ProcessHandle::destroyForcibly);

      // In the last step the successor may be the engine already, and then dies as one.
      Opener.Outcome outcome = restart.await();
      assertThat(outcome.exitCode()).as(outcome.output() + engines.first().log()).isEqualTo(1);
      assertThat(outcome.output()).contains("the running engine goes on");
      assertThat(engines.pid()).isEqualTo(before);
      OpenLoad.Counts infected = prober.stop();
      assertThat(infected.opened()).isZero();
      assertThat(infected.denied()).isPositive();
    }
  }

  @Test
  void survivesASuccessorThatHangs() throws IOException {
    try (FakeClamd clamd = FakeClamd.withFaults(socket);
        EngineSuccession engines = start("strategy = ddd", "dead-man = 2 s");
        OpenLoad prober = OpenLoad.startProber(mount.root().resolve("tree/infected"))) {
      long before = engines.pid();

      Opener restart = engines.beginRestart();
      awaitStep(engines, "the group of process");
      EngineProcess.signal(engines.successorOf(before).orElseThrow(), "STOP");

      assertThat(restart.await().exitCode()).isEqualTo(1);
      assertThat(engines.engines()).hasSize(1);
      assertThat(engines.pid()).isEqualTo(before);
      OpenLoad.Counts infected = prober.stop();
      assertThat(infected.opened()).isZero();
      assertThat(infected.denied()).isPositive();
      assertThat(engines.restart().exitCode()).isZero();
    }
  }

  @Test
  void refusesASuccessorWithAnotherProtocolAndASecondRestart() throws IOException {
    Path installed = install();
    try (FakeClamd clamd = FakeClamd.withFaults(socket);
        EngineSuccession engines =
            EngineSuccession.startBy(
                List.of(installed.toString(), "run"), mount, protect(), endpoint())) {
      long before = engines.pid();
      Files.writeString(
          installed,
          """
          #!/usr/bin/env python3
          import os, socket, time
          peer = socket.socket(socket.AF_UNIX)
          peer.connect(os.environ["NACRE_HAND_OVER"])
          time.sleep(2)
          hello = b'{"protocol": 999, "type": "hello", "version": "nacre 9", "news": [1]}'
          peer.sendall(len(hello).to_bytes(4, "big") + b"\\0" + hello)
          while peer.recv(1000): pass
          """);

      Opener restart = engines.beginRestart();
      await().until(() -> restartState().equals("running"));
      await()
          .until(
              () -> {
                Opener.Outcome second = engines.restart();
                return second.output().contains("already under way");
              });
      Opener.Outcome outcome = restart.await();

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.output()).contains("the successor has version 999");
      assertThat(engines.pid()).isEqualTo(before);
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
    }
  }

  @Test
  void goesOnWhenTheNewConfigurationIsRefused() throws IOException {
    try (FakeClamd clamd = FakeClamd.withFaults(socket);
        EngineSuccession engines = start("strategy = ddd")) {
      long before = engines.pid();
      Files.writeString(mount.outside().resolve("nacre.conf"), "nacre { protect = [\"/none\"");

      Opener.Outcome outcome = engines.restart();

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.output()).contains("nacre.conf");
      assertThat(engines.pid()).isEqualTo(before);
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
    }
  }

  @Test
  void answersAThousandOpensThatWaitWhileClamdGivesNoVerdict() throws IOException {
    Path clean = mount.root().resolve("tree/clean/0/file");
    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineSuccession engines =
            start("strategy = ddd", "deadline = 8 s", "on-deadline = deny", "on-error = deny")) {
      Opener openers = Opener.threads(1_000, clean);
      engines
          .first()
          .awaitStatus(
              "1,000 openers", now -> now.getInt("waiting") + now.getInt("scanning") == 1_000);

      assertThat(engines.restart().exitCode()).isZero();

      assertThat(openers.await().output()).isEqualTo("opened 0, denied 1000, failed 0");
      engines.awaitOne();
    }
  }

  private static void awaitStep(EngineSuccession engines, String step) {
    await(step)
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> engines.first().log().contains("hand-over: " + step));
  }

  /** Installs the program beside the test, so that it can be replaced. */
  private Path install() throws IOException {
    Path directory = Files.createDirectory(mount.outside().resolve("installed"));
    Path built = EngineProcess.LAUNCHER.resolveSibling("engine/target/nacre");
    Files.createSymbolicLink(directory.resolve("lib"), built.resolve("lib"));
    Files.createSymbolicLink(directory.resolve("native"), built.resolve("native"));
    Path launcher = Files.copy(EngineProcess.LAUNCHER, directory.resolve("nacre"));
    return Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private EngineSuccession start(String... block) throws IOException {
    String[] all = new String[block.length + 2];
    System.arraycopy(block, 0, all, 0, block.length);
    all[block.length] = protect();
    all[block.length + 1] = endpoint();
    return EngineSuccession.start(mount, all);
  }

  private String protect() {
    return "protect = [\"" + mount.root().resolve("tree") + "\"]";
  }

  private String endpoint() {
    return "clamd.endpoints = [\"unix:" + socket + "\"]";
  }

  private String restartState() throws IOException {
    return ControlClient.ask(mount.outside().resolve("control.sock"), "restart-progress")
        .getString("state");
  }
}
