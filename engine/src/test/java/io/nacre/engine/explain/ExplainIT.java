package io.nacre.engine.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.control.ControlClient;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code nacre explain} says, and what becomes of the open then. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExplainIT {
  private static final int NOBODY = 65_534;
  private static final int OTHER_USER = 1_000;

  @Test
  void saysWhatBecomesOfTheNextOpen() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("ext4")) {
      Path users = mount.clean("tree/users");
      Files.setAttribute(users, "unix:uid", NOBODY);
      Path roots = mount.clean("tree/roots");
      Path eicar = mount.eicar("tree/eicar");
      Path empty = Files.createFile(mount.root().resolve("tree/empty"));
      Path excluded = mount.clean("tree/skip/file");
      Path outside = mount.clean("outside");
      Path big = Files.write(mount.root().resolve("tree/big"), new byte[5_000]);

      try (EngineProcess engine = start(mount)) {
        assertThat(fate(engine, users)).isEqualTo("scanned: not cached as clean");
        assertThat(fate(engine, users, "--uid", NOBODY)).isEqualTo("allowed: user 65534 is exempt");
        assertThat(fate(engine, empty)).isEqualTo("allowed: it is empty");
        assertThat(fate(engine, big))
            .isEqualTo("denied: bigger than max-file-size, by on-oversize");
        assertThat(fate(engine, outside)).isEqualTo("unseen: no mark reports opens of this file");
        assertThat(fate(engine, excluded)).startsWith("unseen: no mark");

        assertThat(Opener.open(users).succeeded()).isTrue();
        assertThat(Opener.open(roots).succeeded()).isTrue();
        assertThat(Opener.open(eicar).wasDenied()).isTrue();

        awaitFate(engine, users, "allowed: found clean, and not changed since");
        awaitFate(engine, roots, "unseen: found clean, and an ignore mark in the kernel says so");
        awaitFate(engine, eicar, "denied: Eicar-Test-Signature.UNOFFICIAL was found in it");

        Files.setPosixFilePermissions(users, Files.getPosixFilePermissions(users));
        assertThat(explain(engine, users).getString("clean")).isEqualTo("changed");
        assertThat(fate(engine, users)).isEqualTo("scanned: not cached as clean");
      }
    }
  }

  @Test
  void saysWhichRuleCountsOnAFileSystemThatIsMarkedAsAWhole() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("ext4")) {
      Path outside = mount.clean("outside");
      Path excluded = mount.clean("tree/skip/file");
      Path linked = mount.clean("tree/skip/linked");
      Files.createLink(mount.root().resolve("tree/link"), linked);

      try (EngineProcess engine = start(mount, "strategy = filesystem")) {
        assertThat(fate(engine, outside)).isEqualTo("allowed: outside of what is protected");
        assertThat(fate(engine, excluded)).isEqualTo("allowed: excluded");
        assertThat(fate(engine, linked)).isEqualTo("scanned: not cached as clean");
        assertThat(explain(engine, linked).getStrings("marked")).containsExactly("file system");
      }
    }
  }

  @Test
  void saysThatNothingIsKeptOfAFileWithASecondNameWhereOpensMustTell() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs")) {
      Path file = mount.clean("tree/file");
      Files.createLink(mount.root().resolve("outside"), file);

      try (EngineProcess engine = start(mount, "strategy = filesystem")) {
        assertThat(explain(engine, file).getString("clean")).isEqualTo("second-name");
        assertThat(fate(engine, file))
            .isEqualTo("scanned: it has a second name, by which it may be changed unseen");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"deny, denied", "allow, allowed"})
  void saysWhatThePolicyDoesWhileClamdIsAway(String policy, String fate) throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs");
        RealClamd clamd = RealClamd.in(mount.outside().resolve("clamd"))) {
      Path file = mount.clean("tree/file");
      clamd.start();
      String done = policy.equals("deny") ? "denied" : "allowed unscanned";
      try (EngineProcess engine =
          start(
              mount,
              clamd.endpoint(),
              "deadline = 100 ms",
              "on-deadline = " + policy,
              "on-error = " + policy)) {
        clamd.signal("STOP");
        awaitFate(
            engine,
            file,
            fate + ": clamd does not answer, so opens are " + done + " by on-deadline");

        clamd.kill();
        awaitFate(engine, file, fate + ": clamd is down, so opens are " + done + " by on-error");
        assertThat(Opener.open(file).succeeded()).isEqualTo(policy.equals("allow"));
      }
    }
  }

  @Test
  void saysThatOnlyRegularFilesAreScanned() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs")) {
      Path directory = mount.directory("tree");
      try (EngineProcess engine = start(mount)) {
        for (Path none : List.of(directory, Path.of("/dev/null"))) {
          Opener.Outcome outcome =
              EngineProcess.nacre(
                  "explain", "--socket", engine.control().toString(), none.toString());

          assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
          assertThat(outcome.output()).contains(none + ": only regular files are scanned");
        }
      }
    }
  }

  @Test
  void refusesRequestsOfTheWrongTypeAndGoesOn() throws IOException {
    Map<Map<String, Object>, String> refusals =
        Map.of(
            Map.of("command", "explain", "path", "/etc/passwd", "uid", "x"),
            "uid must be a whole number of 32 bits",
            Map.of("command", "explain", "path", 5),
            "path must be a text",
            Map.of("command", "explain", "path", "etc/passwd"),
            "path must be absolute",
            Map.of("command", "explain"),
            "path is missing",
            Map.of("command", "scan", "paths", 5),
            "paths must be a list of texts",
            Map.of("command", "scan", "path", "/srv"),
            "the command takes no argument path");
    try (PrivateMount mount = PrivateMount.mount("tmpfs");
        EngineProcess engine = start(mount)) {
      for (Map.Entry<Map<String, Object>, String> refusal : refusals.entrySet()) {
        assertThat(
                ControlClient.ask(engine.control(), refusal.getKey(), Duration.ofSeconds(10))
                    .getString("error"))
            .isEqualTo(refusal.getValue());
      }

      assertThat(ControlClient.ask(engine.control(), "status").has("pid")).isTrue();
    }
  }

  private static EngineProcess start(PrivateMount mount, String... block) throws IOException {
    Path tree = mount.directory("tree");
    List<String> all =
        new ArrayList<>(
            List.of(
                "protect = [{ path = \"" + tree + "\", exclude = [\"" + tree + "/skip\"] }]",
                "exempt.uids = [" + NOBODY + "]",
                "max-file-size = 1000 B",
                "on-oversize = deny",
                "deadline = 1 m"));
    all.addAll(List.of(block));
    return EngineProcess.start(mount, all.toArray(String[]::new));
  }

  private static void awaitFate(EngineProcess engine, Path file, String fate) {
    await().untilAsserted(() -> assertThat(fate(engine, file)).isEqualTo(fate));
  }

  private static String fate(EngineProcess engine, Path file) {
    return fate(engine, file, "--uid", OTHER_USER);
  }

  private static String fate(EngineProcess engine, Path file, String option, int value) {
    JsonObject next = explain(engine, file, option, String.valueOf(value)).getObject("next-open");
    return next.getString("fate") + ": " + next.getString("because");
  }

  private static JsonObject explain(EngineProcess engine, Path file, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("explain", "--json", "--socket", engine.control().toString()));
    arguments.addAll(List.of(options));
    arguments.add(file.toString());
    Opener.Outcome outcome = EngineProcess.nacre(arguments.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return Json.read(outcome.output().replace('\n', ' ')).orElseThrow();
  }
}
