package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.cli.run.FaultyEngine;
import io.nacre.engine.cli.run.FaultyEngine.Fault;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.FakeClamd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever part of an engine fails, all of it ends, and no opener is left waiting. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeathIT {
  private static final String EMBEDDED = "clamd.endpoints = [embedded]";

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private Path file;
  private Path trigger;

  @BeforeEach
  void prepare() throws IOException {
    file = mount.clean("tree/file");
    trigger = mount.outside().resolve("trigger");
  }

  @ParameterizedTest
  @CsvSource({
    "io.nacre.engine.intake, EXCEPTION",
    "io.nacre.engine.intake, ERROR",
    "io.nacre.engine.intake, FATAL",
    "io.nacre.engine.intake, EXIT",
    "io.nacre.engine.scan, ERROR",
    "io.nacre.engine.scan, FATAL",
    "io.nacre.engine.scan, EXIT",
    "io.nacre.engine.watch, ERROR",
    "io.nacre.engine.control.ControlServer, ERROR",
    "io.nacre.engine.ops.Watchdog, FATAL",
    "thread, ERROR",
    "main, EXCEPTION"
  })
  void endsWithAnyPartOfIt(String part, Fault fault) throws IOException {
    Path socket = mount.outside().resolve("silent.sock");

    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineProcess engine = faulty(part, fault, endpoint(socket), "deadline = 3 s")) {
      List<Opener> openers = openers(engine, 8);

      Files.createFile(trigger);

      assertThat(engine.awaitExit()).as(engine.log()).isEqualTo(ExitCode.FAILED);
      assertThat(openers).allMatch(opener -> opener.await().succeeded());
      assertThat(engine.log()).contains("all waiting opens are allowed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ERROR", "FATAL", "EXIT"})
  void endsWithTheReceiverOfDetections(Fault fault) throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = faulty(FaultyEngine.LISTENER, fault, EMBEDDED)) {
      await().until(() -> Opener.open(eicar).wasDenied());
      Files.createFile(trigger);
      await().until(() -> !engine.isAlive() || !Opener.open(eicar).wasDenied());

      assertThat(engine.awaitExit()).as(engine.log()).isEqualTo(ExitCode.FAILED);
    }
  }

  @Test
  void survivesAnExceptionOfTheReceiverOfDetections() throws IOException {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = faulty(FaultyEngine.LISTENER, Fault.EXCEPTION, EMBEDDED)) {
      Files.createFile(trigger);
      await()
          .until(
              () ->
                  Opener.open(eicar).wasDenied()
                      && engine.log().contains("a detection could not be reported"));

      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      assertThat(engine.stop()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "io.nacre.engine.scan, an open waits for, 70",
    "io.nacre.engine.intake, no event was read for, 70",
    "io.nacre.engine.ops.Watchdog, nacre: ready, 137" // nothing is left that could say more
  })
  void endsWhenAPartOfItHangs(String part, String words, int exitCode) throws IOException {
    Path socket = mount.outside().resolve("silent.sock");

    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineProcess engine =
            faulty(part, Fault.HANG, endpoint(socket), "deadline = 3 s", "dead-man = 4 s")) {
      List<Opener> openers = openers(engine, 8);

      Files.createFile(trigger);

      assertThat(engine.awaitExit()).as(engine.log()).isEqualTo(exitCode);
      assertThat(openers).allMatch(opener -> opener.await().succeeded());
      assertThat(engine.log()).contains(words);
    }
  }

  @Test
  @Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void endsWhenTheHeapIsFull() throws IOException {
    Path socket = mount.outside().resolve("silent.sock");

    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineProcess engine =
            EngineProcess.startAfter(
                "export NACRE_JAVA_OPTIONS=\"$NACRE_JAVA_OPTIONS -Xms18m -Xmx18m\"",
                mount,
                protect(),
                endpoint(socket),
                "strategy = ddd",
                "deadline = 1 m")) {
      List<Opener> openers = openers(engine, 8);

      // A directory takes some 80 bytes of it.
      Opener making =
          Opener.command(
              "sh",
              "-c",
              "for i in $(seq 400); do mkdir $1/$i; (cd $1/$i && seq 1000 | xargs mkdir); done",
              "sh",
              mount.root().resolve("tree").toString());
      await().atMost(Duration.ofSeconds(50)).until(() -> !engine.isAlive());
      making.kill();
      int exitCode = engine.awaitExit();

      assertThat(exitCode).as(engine.log()).isEqualTo(3);
      assertThat(openers).allMatch(opener -> opener.await().succeeded());
    }
  }

  @Test
  void endsWhenTheVirtualMachineCrashes() throws IOException {
    Path socket = mount.outside().resolve("silent.sock");

    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineProcess engine =
            EngineProcess.start(mount, protect(), endpoint(socket), "deadline = 1 m")) {
      List<Opener> openers = openers(engine, 8);

      engine.signal("SEGV");

      assertThat(engine.awaitExit()).isPositive();
      assertThat(openers).allMatch(opener -> opener.await().succeeded());
      assertThat(Path.of("/tmp/hsperfdata_root/" + engine.pid())).doesNotExist();
      String report = "hs_err_pid" + engine.pid() + ".log";
      assertThat(mount.outside().resolve(report)).doesNotExist();
      assertThat(Path.of("/tmp", report)).doesNotExist();
    }
  }

  @Test
  void answersAThousandOpenersWhenItIsStopped() throws IOException {
    Path socket = mount.outside().resolve("silent.sock");

    try (FakeClamd clamd = new FakeClamd(socket, FakeClamd.withoutVerdicts());
        EngineProcess engine =
            EngineProcess.start(
                mount, protect(), endpoint(socket), "deadline = 1 m", "on-deadline = deny")) {
      Opener openers = Opener.threads(1_000, file);
      awaitWaiting(engine, 1_000);

      assertThat(engine.stop()).isZero();
      assertThat(openers.await().output()).isEqualTo("opened 1000, denied 0, failed 0");
    }
  }

  @Test
  void isStartedAgainWhenItIsFrozenOrKilledAndEndsWhenItIsStopped() throws IOException {
    List<String> supervised = List.of(EngineProcess.LAUNCHER.toString(), "run", "--supervise");
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess supervisor =
        EngineProcess.startBy(supervised, mount, protect(), EMBEDDED, "dead-man = 3 s")) {
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      long frozen = supervisor.status().getLong("pid");
      Opener.sh("kill -STOP " + frozen);
      awaitAnother(supervisor, frozen);
      await().until(() -> Opener.open(eicar).wasDenied());

      long killed = supervisor.status().getLong("pid");
      Opener.sh("kill -KILL " + killed);
      awaitAnother(supervisor, killed);
      await().until(() -> Opener.open(eicar).wasDenied());

      supervisor.signal("HUP");
      await().until(() -> supervisor.log().contains("INFO  configuration: "));
      assertThat(supervisor.stop()).isZero();
      assertThat(supervisor.log()).contains("the engine ended with 137; starting it again in 1 s");
    }
  }

  @Test
  void isNotStartedAgainWhenThatIsOfNoUse() {
    Path nowhere = mount.outside().resolve("none.conf");

    Opener.Outcome outcome =
        EngineProcess.nacre("run", "--supervise", "--config", nowhere.toString());

    assertThat(outcome.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(outcome.output()).doesNotContain("again");
  }

  private static void awaitAnother(EngineProcess supervisor, long pid) {
    await("another engine")
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> supervisor.status().getLong("pid") != pid && supervisor.isProtecting());
  }

  private EngineProcess faulty(String part, Fault fault, String... block) throws IOException {
    List<String> lines = new ArrayList<>(List.of(block));
    lines.add(protect());
    return EngineProcess.startBy(
        FaultyEngine.command(part, fault, trigger), mount, lines.toArray(String[]::new));
  }

  private List<Opener> openers(EngineProcess engine, int count) {
    List<Opener> openers = IntStream.range(0, count).mapToObj(i -> Opener.start(file)).toList();
    awaitWaiting(engine, count);
    return openers;
  }

  private static void awaitWaiting(EngineProcess engine, int count) {
    engine.awaitStatus(
        count + " openers",
        status -> status.getInt("waiting") + status.getInt("scanning") == count);
  }

  private String protect() {
    return "protect = [\"" + mount.root().resolve("tree") + "\"]";
  }

  private static String endpoint(Path socket) {
    return "clamd.endpoints = [\"unix:" + socket + "\"]";
  }
}
