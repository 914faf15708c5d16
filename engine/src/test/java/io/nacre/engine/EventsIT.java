package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The record of detections and its sinks, on the real kernel with the real clamd. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventsIT {
  private static final String EMBEDDED = "clamd.endpoints = [embedded]";

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private Path events;

  @BeforeEach
  void prepare() throws IOException {
    mount.directory("tree");
    events = mount.root().resolve("tree/events"); // below what is protected
  }

  @Test
  void recordsTheFileAndItsOpener() throws Exception {
    Path eicar = mount.eicar("tree/eicar");
    // The process goes on, so that it can be inspected, and runs no other program.
    String opens = "read x < " + eicar + "; sleep 5; true";

    try (EngineProcess engine = start()) {
      Opener opener = Opener.command("bash", "-c", opens, "me");
      JsonObject event = awaitEvents(1).get(0);

      assertThat(event.getString("file.path")).isEqualTo(eicar.toString());
      assertThat(event.getString("file.inode"))
          .isEqualTo(String.valueOf(Files.getAttribute(eicar, "unix:ino")));
      assertThat(event.getLong("file.size")).isEqualTo(68);
      assertThat(event.getString("file.hash.sha256")).isEqualTo(sha256(PrivateMount.eicar()));
      assertThat(event.getString("rule.name")).contains("Eicar");
      assertThat(event.getString("event.outcome")).isEqualTo("failure");
      assertThat(event.getString("process.name")).isEqualTo("bash");
      assertThat(event.getString("process.command_line")).isEqualTo("bash -c " + opens + " me");
      assertThat(event.getString("user.name")).isEqualTo("root");
      assertThat(event.has("nacre.cgroup")).isTrue();
      assertThat(event.getLong("nacre.wait_ns")).isPositive();
      assertThat(event.getLong("nacre.scan_ns")).isPositive();
      assertThat(event.getString("nacre.action.result")).isEqualTo("none");
      opener.kill();
      assertThat(engine.status().getLong("reports.recorded")).isEqualTo(1);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(events)))
        .isEqualTo("rwx------");
  }

  @Test
  void recordsTheRemainingFactsOfAProcessThatIsGone() throws Exception {
    Path eicar = mount.eicar("tree/eicar");

    try (EngineProcess engine = start()) {
      for (int i = 0; i < 20; i++) {
        assertThat(Opener.open(eicar).wasDenied()).isTrue();
      }

      assertThat(awaitEvents(20))
          .allSatisfy(
              event -> {
                assertThat(event.getString("process.name")).isEqualTo("cat");
                assertThat(event.getString("user.id")).isEqualTo("0");
                assertThat(event.getString("file.hash.sha256"))
                    .isEqualTo(sha256(PrivateMount.eicar()));
                if (event.has("process.command_line")) { // it need not be gone yet
                  assertThat(event.getString("process.command_line")).isEqualTo("cat " + eicar);
                }
              });
      engine.awaitDescriptors(engine.openDescriptors());
    }
  }

  @Test
  void recordsNamesThatAreNotText() throws Exception {
    Files.writeString(mount.outside().resolve("eicar"), PrivateMount.eicar());
    List<String> names = List.of("a\\377b", "line\\nnacre: forged", "screen\\033[2J");
    for (String name : names) {
      Opener.sh(
          "cp "
              + mount.outside()
              + "/eicar \""
              + mount.root()
              + "/tree/$(printf '"
              + name
              + "')\"");
    }

    try (EngineProcess engine = start()) {
      Opener.sh("cat " + mount.root() + "/tree/a* " + mount.root() + "/tree/[ls]*");
      List<JsonObject> found = awaitEvents(3);

      assertThat(found)
          .extracting(event -> event.getString("file.path"))
          .containsExactlyInAnyOrder(
              mount.root() + "/tree/a\\xffb",
              mount.root() + "/tree/line\\x0anacre: forged",
              mount.root() + "/tree/screen\\x1b[2J");
      assertThat(found)
          .extracting(event -> event.getString("nacre.path_base64"))
          .contains(
              Base64.getEncoder()
                  .encodeToString(
                      (mount.root() + "/tree/a\u00ffb").getBytes(StandardCharsets.ISO_8859_1)));
      assertThat(nacre().lines()).hasSize(3).noneMatch(line -> line.startsWith("nacre: forged"));
      assertThat(engine.log()).doesNotContain("\nnacre: forged").doesNotContain("\033[2J");
    }
  }

  @Test
  void tellsUsersApart() throws Exception {
    Path eicar = mount.eicar("tree/eicar");
    Opener.sh("chmod 644 " + eicar);

    try (EngineProcess engine = start()) {
      Opener.open(eicar);
      Opener.command("setpriv", "--reuid=65534", "--clear-groups", "cat", eicar.toString()).await();

      assertThat(awaitEvents(2))
          .extracting(event -> event.getString("user.name"))
          .containsExactly("root", "nobody");
      assertThat(nacre("--last", "1")).contains("user " + "nobody").doesNotContain("user root");
      assertThat(nacre("--since", "1h").lines()).hasSize(2);
      assertThat(nacre("--since", "2999-01-01")).isEmpty();
      assertThat(nacre("--json").lines()).hasSize(2).allMatch(line -> line.startsWith("{"));
      assertThat(engine.stop()).isZero();
    }
  }

  @Test
  void continuesTheRecordAfterADeathAndFollowsIt() throws Exception {
    Path eicar = mount.eicar("tree/eicar");
    Path shown = mount.outside().resolve("shown");
    Opener follower =
        Opener.command(
            "sh",
            "-c",
            "exec "
                + EngineProcess.LAUNCHER
                + " events --follow --directory "
                + events
                + " > "
                + shown);
    try {
      try (EngineProcess engine = start()) {
        Opener.open(eicar);
        awaitEvents(1);
        engine.signal("KILL");
        engine.awaitExit();
      }
      await().until(() -> Files.readAllLines(shown).size() == 1);
      try (Stream<Path> segments = Files.list(events)) {
        Opener.sh("printf '{\"torn\":' >> " + segments.findFirst().orElseThrow());
      }

      try (EngineProcess engine = start()) {
        Opener.open(eicar);
        awaitEvents(2);
        assertThat(engine.status().getLong("reports.recorded")).isEqualTo(1);
      }

      await().until(() -> Files.readAllLines(shown).size() == 2);
      assertThat(Files.readAllLines(shown)).allMatch(line -> line.contains("  denied  "));
    } finally {
      follower.kill();
    }
  }

  @Test
  void goesOnWithoutARecordWhenTheDiskIsFull() throws Exception {
    Path eicar = mount.eicar("tree/eicar");
    Path full = Files.createDirectory(mount.outside().resolve("full"));
    Opener.sh("mount -t tmpfs -o size=64k,mode=700 nacre-it " + full);
    try (EngineProcess engine =
        EngineProcess.start(
            mount, protect(), EMBEDDED, "detection.events = \"" + full + "/events\"")) {
      Opener.open(eicar);
      engine.awaitStatus("a record", status -> status.getLong("reports.recorded") == 1);
      Opener.sh("cat /dev/zero > " + full + "/rest");

      for (int i = 0; i < 10; i++) {
        assertThat(Opener.open(eicar).wasDenied()).isTrue();
      }
      engine.awaitStatus("losses", status -> status.getLong("reports.not-recorded") > 0);
      Opener.sh("rm " + full + "/rest");
      long before = engine.status().getLong("reports.recorded");
      Opener.open(eicar);

      engine.awaitStatus("more", status -> status.getLong("reports.recorded") > before);
      assertThat(engine.log().split("detections do not reach", -1)).hasSize(2);
      assertThat(EngineProcess.nacre("status", "--socket", engine.control().toString()).output())
          .contains("not recorded");
    } finally {
      Opener.sh("umount -l " + full);
    }
  }

  @Test
  void runsAHookThatOpensProtectedAndInfectedFiles() throws Exception {
    Path eicar = mount.eicar("tree/eicar");
    Path other = mount.eicar("tree/other");
    Path clean = mount.clean("tree/clean");
    Path output = mount.root().resolve("tree/output");
    Path hook =
        hook(
            """
            cat %s
            cat %s %s
            echo "$NACRE_SIGNATURE $NACRE_OUTCOME $NACRE_PATH $NACRE_SHA256" >> %s
            cat >> %s
            """
                .formatted(clean, eicar, other, output, output));

    try (EngineProcess engine = start("detection.hook = [\"" + hook + "\", word]")) {
      assertThat(Opener.open(eicar).wasDenied()).isTrue();

      engine.awaitStatus("the hook", status -> status.getLong("reports.hook.ran") == 1);
      List<JsonObject> found = awaitEvents(3); // one of us, two of the hook
      engine.awaitStatus("its own", status -> status.getLong("reports.hook.own-opens") == 2);
      assertThat(found).extracting(event -> event.getString("process.name")).containsOnly("cat");
      List<String> lines = List.of(Opener.open(output).output().split("\n", -1));
      assertThat(lines.get(0))
          .matches("\\S*Eicar\\S* denied " + eicar + " " + sha256(PrivateMount.eicar()));
      assertThat(Json.read(lines.get(1)).orElseThrow().getString("file.path"))
          .isEqualTo(eicar.toString());
      assertThat(engine.status().getLong("reports.hook.ran")).isEqualTo(1);
      assertThat(engine.log())
          .contains("hook: Clean, whatever")
          .contains("hook: cat: " + eicar + ": Operation not permitted");
      assertThat(engine.stop()).isZero();
    }
  }

  @Test
  void killsAHookThatDoesNotEndAndIsNotBlockedByIt() throws Exception {
    Path eicar = mount.eicar("tree/eicar");
    Path pid = mount.outside().resolve("pid");
    Path hook = hook("sleep 1000 &\necho $! > " + pid + "\nwait");

    try (EngineProcess engine =
        start("detection.hook = [\"" + hook + "\"]", "detection.hook-timeout = 700 ms")) {
      Opener.open(eicar);
      engine.awaitStatus("a kill", status -> status.getLong("reports.hook.timed-out") == 1);
      await().until(() -> engine.log().contains("hook-timeout = 700 ms and was killed"));
      long child = Long.parseLong(Files.readString(pid).strip());
      await().until(() -> isGone(child));

      Files.delete(pid);
      Opener.open(eicar);
      await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
      assertThat(engine.stop()).isZero(); // while it runs
      long last = Long.parseLong(Files.readString(pid).strip());
      await().until(() -> isGone(last));
    }
  }

  @Test
  void runsNoHookThatOthersCanChange() throws Exception {
    Path hook = hook("true");
    Opener.sh("chmod 777 " + hook);
    Path log = mount.outside().resolve("log");

    try (EngineProcess engine =
        EngineProcess.launch(
            mount, mount.outside(), log, protect(), "detection.hook = [\"" + hook + "\"]")) {
      assertThat(engine.awaitExit()).isEqualTo(ExitCode.CONFIGURATION);
      assertThat(engine.log()).contains("hook", "can be written by others");
    }
  }

  private EngineProcess start(String... block) throws IOException {
    return EngineProcess.start(
        mount,
        Stream.concat(
                Stream.of(protect(), EMBEDDED, "detection.events = \"" + events + "\""),
                Stream.of(block))
            .toArray(String[]::new));
  }

  /** A hook below the protected path. */
  private Path hook(String script) throws IOException {
    Path hook = Files.writeString(mount.root().resolve("tree/hook"), "#!/bin/sh\n" + script + "\n");
    Opener.sh("chmod 755 " + hook);
    return hook;
  }

  private String protect() {
    return "protect = [\"" + mount.root().resolve("tree") + "\"]";
  }

  private String nacre(String... options) {
    Opener.Outcome outcome =
        EngineProcess.nacre(
            Stream.concat(Stream.of("events", "--directory", events.toString()), Stream.of(options))
                .toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output();
  }

  /** Waits until so many records can be read, by a process other than the test. */
  private List<JsonObject> awaitEvents(int count) {
    await(count + " records").until(() -> recorded().size() >= count);
    return recorded();
  }

  private List<JsonObject> recorded() {
    String lines = Opener.sh("cat " + events + "/*").output();
    return lines.lines().map(Json::read).flatMap(Optional::stream).toList();
  }

  private static boolean isGone(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
