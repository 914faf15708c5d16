package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.policy.ScannerProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdSupervisorTest {
  @TempDir Path parent;

  private final ScannerProcesses scanners = new ScannerProcesses();
  private final ActorTestKit testKit = ActorTestKit.create();

  @AfterEach
  void close() {
    testKit.shutdownTestKit();
  }

  @Test
  void startsClamdAgainWhenItDies() throws IOException {
    EmbeddedClamd clamd = clamd("exit 1");

    keep(clamd);

    await().until(() -> starts().size() >= 3);
  }

  @Test
  void endsClamdAndRemovesItsDirectoryWhenItIsStopped() throws IOException {
    EmbeddedClamd clamd = clamd("exec sleep 1000");
    ActorRef<ClamdSupervisor.Command> keeper = keep(clamd);
    await().until(() -> starts().size() == 1);
    long pid = Long.parseLong(starts().get(0));

    testKit.stop(keeper);

    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThat(clamd.directory()).doesNotExist();
  }

  @Test
  void tellsWhichChildIsClamd() throws IOException {
    keep(clamd("exec sleep 1000"));
    await().until(() -> starts().size() == 1);
    int first = Integer.parseInt(starts().get(0));
    await().until(() -> isTheOnlyOne(first));

    ProcessHandle.of(first).orElseThrow().destroyForcibly();

    await().until(() -> starts().size() == 2);
    int second = Integer.parseInt(starts().get(1));
    await().until(() -> isTheOnlyOne(second));
    assertThat(scanners.mayBeEmbedded(first)).isFalse();
  }

  @Test
  void givesClamdNeitherItsEnvironmentNorAWayToGainPrivileges() throws IOException {
    keep(
        clamd(
            "cd "
                + parent
                + "; cat /proc/$$/environ > environment; cat /proc/$$/status > status\n"
                + "touch written; exec sleep 1000"));

    await().until(() -> Files.exists(parent.resolve("written")));

    assertThat(Files.readString(parent.resolve("environment")).split("\0"))
        .containsExactlyInAnyOrder("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C");
    if (Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
      assertThat(parent.resolve("status")).content().contains("NoNewPrivs:\t1\n");
    }
  }

  @Test
  void endsAClamdThatDoesNotWantTo() throws IOException {
    EmbeddedClamd clamd = clamd("trap '' TERM; while :; do sleep 1; done");
    ActorRef<ClamdSupervisor.Command> keeper = keep(clamd);
    await().until(() -> starts().size() == 1);
    long pid = Long.parseLong(starts().get(0));

    testKit.stop(keeper);

    assertThat(ProcessHandle.of(pid)).isEmpty();
  }

  @Test
  void triesAgainIfClamdCannotBeStarted() throws IOException {
    EmbeddedClamd clamd = clamd("exit 1");
    Files.setPosixFilePermissions(clamd.program(), PosixFilePermissions.fromString("rw-r--r--"));
    keep(clamd);

    Files.setPosixFilePermissions(clamd.program(), PosixFilePermissions.fromString("rwxr-xr-x"));

    await().until(() -> !starts().isEmpty());
  }

  private boolean isTheOnlyOne(int pid) {
    return scanners.mayBeEmbedded(pid) && !scanners.mayBeEmbedded(pid + 1);
  }

  private EmbeddedClamd clamd(String script) throws IOException {
    Path directory = Files.createDirectory(parent.resolve("clamd-1"));
    Path program =
        Files.writeString(
            parent.resolve("clamd"),
            "#!/bin/sh\necho $$ >> " + parent.resolve("starts") + "\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new EmbeddedClamd(directory, directory, true, program, Optional.empty());
  }

  private ActorRef<ClamdSupervisor.Command> keep(EmbeddedClamd clamd) {
    return testKit.spawn(
        ClamdSupervisor.create(clamd, scanners),
        DispatcherSelector.fromConfig("nacre.pinned-dispatcher"));
  }

  private List<String> starts() throws IOException {
    Path starts = parent.resolve("starts");
    return Files.exists(starts) ? Files.readAllLines(starts) : List.of();
  }
}
