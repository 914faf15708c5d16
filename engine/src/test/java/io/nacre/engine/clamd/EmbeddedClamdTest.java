package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedClamdTest {
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  @TempDir Path parent;

  private final Path program = Path.of("/opt/clamd");

  @Test
  void preparesADirectoryOfItsOwn() throws IOException {
    assumeRoot();

    EmbeddedClamd one = EmbeddedClamd.prepare(parent.resolve("run/nacre"), program, 4);
    EmbeddedClamd other = EmbeddedClamd.prepare(parent.resolve("run/nacre"), program, 4);

    assertThat(one.directory()).isNotEqualTo(other.directory());
    assertThat(one.directory().getParent()).isEqualTo(parent.resolve("run/nacre"));
    assertThat(one.directory().resolve("tmp")).isDirectory();
    assertThat(one.socket().getParent()).isEqualTo(one.directory());
    assertThat(one.socket()).doesNotExist();
    assertThat(Files.getPosixFilePermissions(one.directory()))
        .extracting(Enum::name)
        .allMatch(permission -> permission.startsWith("OWNER_"));
  }

  @Test
  void removesWhatKilledEnginesLeft() throws IOException {
    assumeRoot();
    Path left = Files.createDirectory(parent.resolve("clamd-999999999-1"));
    Files.writeString(left.resolve("clamd.conf"), "LocalSocket /nowhere");
    Path own =
        Files.createDirectory(parent.resolve("clamd-" + ProcessHandle.current().pid() + "-1"));
    Path other = Files.createDirectory(parent.resolve("clamd-x"));

    EmbeddedClamd.prepare(parent, program, 4);

    assertThat(left).doesNotExist();
    assertThat(own).isDirectory();
    assertThat(other).isDirectory();
  }

  @Test
  void writesItsConfiguration() throws IOException {
    assumeRoot();

    EmbeddedClamd clamd = EmbeddedClamd.prepare(parent, program, 4);

    assertThat(Files.readAllLines(clamd.directory().resolve("clamd.conf")))
        .contains(
            "Foreground yes",
            "LocalSocket " + clamd.socket(),
            "LocalSocketMode 600",
            "DatabaseDirectory " + clamd.database(),
            "TemporaryDirectory " + clamd.directory().resolve("tmp"),
            "LogFile " + clamd.log(),
            "MaxThreads 6",
            "MaxQueue 100");
  }

  @Test
  void letsTheQueueGrowWithTheConnections() throws IOException {
    assumeRoot();

    EmbeddedClamd clamd = EmbeddedClamd.prepare(parent, program, 98);

    assertThat(Files.readAllLines(clamd.directory().resolve("clamd.conf")))
        .contains("MaxThreads 100", "MaxQueue 400");
  }

  @Test
  void knowsTheTestFileIfThereAreNoSignatures() throws IOException {
    assumeRoot();

    EmbeddedClamd clamd = EmbeddedClamd.prepare(parent, program, 4);

    assertThat(clamd.isTestDatabase()).isEqualTo(!clamd.database().startsWith("/var/lib"));
    if (clamd.isTestDatabase()) {
      assertThat(clamd.database().resolve("eicar.ndb"))
          .content()
          .startsWith("Eicar-Test-Signature:0:*:");
    } else {
      assertThat(clamd.database()).isEqualTo(Path.of("/var/lib/clamav"));
    }
  }

  @Test
  void belongsToTheUserClamdRunsAs() throws IOException {
    assumeRoot();

    EmbeddedClamd clamd = EmbeddedClamd.prepare(parent, program, 4);

    try (Stream<Path> created = Files.walk(clamd.directory())) {
      for (Path path : created.toList()) {
        assertThat(Files.getOwner(path).getName()).isEqualTo(clamd.user().orElse("root"));
      }
    }
  }

  @Test
  void diesWithUsAndRunsAsItsUser() {
    assumeThat(SETPRIV).isExecutable();
    EmbeddedClamd clamd =
        new EmbeddedClamd(
            Path.of("/run/nacre/clamd-1"), Path.of("/db"), true, program, Optional.of("clamav"));

    List<String> command = clamd.command(/* canBound= */ true);

    assertThat(command)
        .containsExactly(
            "/usr/bin/setsid",
            "--",
            "/usr/bin/setpriv",
            "--no-new-privs",
            "--reuid",
            "clamav",
            "--regid",
            "clamav",
            "--init-groups",
            "--bounding-set=-all",
            "--pdeathsig",
            "KILL",
            "--",
            "/opt/clamd",
            "--config-file",
            "/run/nacre/clamd-1/clamd.conf");
    assertThat(clamd.command(/* canBound= */ false))
        .contains("--no-new-privs")
        .doesNotContain("--bounding-set=-all");
  }

  @Test
  void runsAsWeDoIfThereIsNoUserForIt() {
    assumeThat(SETPRIV).isExecutable();
    EmbeddedClamd clamd =
        new EmbeddedClamd(
            Path.of("/run/nacre/clamd-1"), Path.of("/db"), true, program, Optional.empty());

    assertThat(clamd.command(/* canBound= */ true))
        .startsWith(
            "/usr/bin/setsid",
            "--",
            "/usr/bin/setpriv",
            "--no-new-privs",
            "--pdeathsig",
            "KILL",
            "--")
        .contains("/opt/clamd");
  }

  @Test
  void leavesNothingBehind() throws IOException {
    assumeRoot();
    EmbeddedClamd clamd = EmbeddedClamd.prepare(parent, program, 4);
    Files.writeString(clamd.directory().resolve("tmp/left"), "by a scan");

    clamd.remove();
    clamd.remove(); // by its supervisor, and by the stage

    assertThat(clamd.directory()).doesNotExist();
    assertThat(parent).isDirectory();
  }

  /** Only root can give files to another user. */
  private static void assumeRoot() {
    assumeThat(ProcFs.effectiveUserOfSelf()).as("user").isZero();
  }
}
