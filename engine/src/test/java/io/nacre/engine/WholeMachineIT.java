package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Machine;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A whole machine behind the gate: it stays usable and reachable whatever becomes of clamd. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WholeMachineIT {
  /** What a work may take besides the waits of its opens. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  private static final String EXEMPT = "/usr/sbin/sshd";

  /** Says that it is loaded, waits, and opens files in the one process that it is. */
  private static final String OPENS_FILES =
      "read -r now </run/loaded; read -r now </run/go;"
          + " for file in %s; do read -r line <$file || exit 1; done";

  @RegisterExtension static final PrivateMount mount = PrivateMount.tmpfs();

  private static Machine machine;

  @BeforeAll
  static void build() throws IOException {
    machine = Machine.build(mount);
  }

  @AfterAll
  static void remove() throws IOException {
    if (machine != null) {
      machine.close();
    }
  }

  @Test
  void goesOnWithItsWorkWhileClamdIsFrozen() throws IOException {
    Duration deadline = Duration.ofSeconds(1);
    List<String> infected = List.of("/root/eicar", "/usr/bin/eicar", "/home/user/e", "/etc/e");
    for (String file : infected) {
      Files.writeString(machine.path(file), PrivateMount.eicar());
    }

    try (EngineProcess engine = machine.protect(deadline)) {
      EngineProcess.signal(engine.clamd(), "STOP");
      goesOn(engine, deadline, "su", "-", "user", "-c", "id");
      goesOn(engine, deadline, "sh", "/etc/service.sh");
      goesOn(engine, deadline, "dpkg", "-i", "/tmp/small.deb");
      goesOn(engine, deadline, "dpkg", "-r", "small");
      goesOn(engine, deadline, "apt-cache", "policy", "small");

      EngineProcess.signal(engine.clamd(), "CONT");
      engine.awaitStatus(
          "clamd to be up, and done with what was late",
          status ->
              status.getString("clamd.state").equals("up") && status.getLong("deferred") == 0);
      for (String file : infected) {
        await(file).until(() -> machine.run("cat", file).wasDenied());
      }
      assertThat(engine.stop()).isZero();
    }
    assertThat(machine.run("cat", "/root/eicar").succeeded()).isTrue();
  }

  @Test
  void neverHoldsUpAnExemptProgramThatActsAsRoot() throws IOException {
    Duration deadline = Duration.ofSeconds(1);
    try (EngineProcess engine = machine.protect(deadline)) {
      Opener exempt = machine.start(EXEMPT, "-c", OPENS_FILES.formatted("/etc/setting-*"));
      Opener.sh("echo >" + machine.path("/run/loaded"));
      // As an upgrade does it: the old one runs on.
      assertThat(machine.run("cp", "/bin/sh", EXEMPT + ".new").succeeded()).isTrue();
      assertThat(machine.run("mv", EXEMPT + ".new", EXEMPT).succeeded()).isTrue();
      EngineProcess.signal(engine.clamd(), "STOP");
      long before = answers(engine, "exempt-program");
      long deadlines = answers(engine, "deadline");
      long startNanos = System.nanoTime();

      Opener.sh("echo >" + machine.path("/run/go"));

      assertThat(exempt.await().succeeded()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(deadline);
      engine.awaitStatus( // an opener is answered first, and counted after
          "all to be counted", status -> answers(engine, "exempt-program") - before == 60);
      assertThat(answers(engine, "deadline")).isEqualTo(deadlines);
      startNanos = System.nanoTime();
      assertThat(engine.stop()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void holdsUpTheSameProgramForAUser() throws IOException {
    Duration deadline = Duration.ofSeconds(1);
    try (EngineProcess engine = machine.protect(deadline)) {
      String script = OPENS_FILES.formatted("/etc/setting-1");
      Opener user =
          machine.start("setpriv", "--reuid=1000", "--clear-groups", EXEMPT, "-c", script);
      Opener.sh("echo >" + machine.path("/run/loaded"));
      EngineProcess.signal(engine.clamd(), "STOP");
      long deadlines = answers(engine, "deadline");
      long startNanos = System.nanoTime();

      Opener.sh("echo >" + machine.path("/run/go"));

      assertThat(user.await().succeeded()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThan(deadline);
      await().untilAsserted(() -> assertThat(answers(engine, "deadline")).isEqualTo(deadlines + 1));
    }
  }

  @Test
  void startsItsClamdAgainThoughNoOtherProcessMayOpenAnythingWithoutIt() throws IOException {
    try (EngineProcess engine = machine.protect(Duration.ofSeconds(2), "on-error = deny")) {
      ProcessHandle first = engine.clamd();

      EngineProcess.signal(first, "KILL");

      await().untilAsserted(() -> assertThat(engine.clamd().pid()).isNotEqualTo(first.pid()));
      await().until(() -> machine.run("id").succeeded());
    }
  }

  @Test
  void goesOnWhenTheEngineIsKilledWhileClamdIsFrozen() throws IOException {
    try (EngineProcess engine = machine.protect(Duration.ofMinutes(1))) {
      EngineProcess.signal(engine.clamd(), "STOP");
      Opener held = machine.start("cat", "/etc/setting-1");
      await().until(held::isHeldByTheKernel);

      engine.signal("KILL");

      assertThat(held.await().succeeded()).isTrue();
      assertThat(machine.run("su", "-", "user", "-c", "id").took()).isLessThan(SLACK);
    }
  }

  private static void goesOn(EngineProcess engine, Duration deadline, String... command) {
    long waitsBefore = answers(engine, "deadline");
    long before = waitsBefore + answers(engine, "clamd-silent");

    Opener.Outcome outcome = machine.run(command);

    long waits = answers(engine, "deadline") - waitsBefore;
    assertThat(outcome.succeeded()).as(outcome.output()).isTrue();
    assertThat(waitsBefore + waits + answers(engine, "clamd-silent")).isGreaterThan(before);
    assertThat(waits).as("then it is known that clamd is frozen").isLessThan(10);
    assertThat(outcome.took()).isLessThan(deadline.multipliedBy(waits).plus(SLACK));
  }

  private static long answers(EngineProcess engine, String reason) {
    return engine.status().getLong("answers.by-reason." + reason);
  }
}
