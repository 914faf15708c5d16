package io.nacre.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.FaultImpact;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The real clamd in every state that an administrator, the kernel or an attacker can put it in: no
 * opener hangs, nothing infected passes, and all is well when clamd is.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClamdStatesIT {
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  /** As many as the engine may open at the most, with what status takes. */
  private static final int SESSIONS = 12;

  private static final int OF_EACH = 6;
  private static final int BATCHES = 20;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private RealClamd clamd;
  private EngineProcess engine;
  private int batches;

  @BeforeAll
  void start() throws IOException {
    mount.clean("tree/clean");
    mount.eicar("tree/eicar");
    for (int i = 0; i < BATCHES * OF_EACH; i++) {
      mount.clean("tree/clean-" + i);
      mount.eicar("tree/eicar-" + i);
    }
    clamd = RealClamd.in(mount.outside().resolve("clamd"));
    clamd.start();
    // Without this even a socket of another user could be used.
    engine = start("setpriv", "--bounding-set", "-dac_override");
  }

  @AfterAll
  void stop() throws IOException {
    // Any of them may be missing: the mount may have been what the tests were aborted for.
    try (RealClamd listening = clamd;
        EngineProcess running = engine) {
      if (running != null) {
        running.assertAlive();
      }
    }
  }

  @Test
  void frozen() throws IOException {
    FaultImpact toll = toll("a frozen clamd");

    clamd.signal("STOP");
    assertNothingPasses(toll);
    clamd.signal("CONT");

    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void killedInTheMiddleOfScans() throws IOException {
    FaultImpact toll = toll("a clamd that is killed");

    clamd.signal("STOP");
    List<Opener> openers = startOpeners();
    engine.awaitStatus("the scans", status -> status.getInt("scanning") > 0);
    clamd.kill();
    assertNothingPasses(toll, openers);
    clamd.start();

    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void restartedWhileFilesAreOpened() throws IOException {
    FaultImpact toll = toll("a clamd that is restarted");

    for (int i = 0; i < 2; i++) {
      List<Opener> openers = startOpeners();
      clamd.kill();
      clamd.start();
      assertNothingPasses(toll, openers);
    }

    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void withoutItsSocket() throws IOException {
    FaultImpact toll = toll("a socket that is removed");

    Files.delete(clamd.socket());
    assertNothingPasses(toll);
    clamd.kill();
    assertNothingPasses(toll);
    clamd.start();

    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void withAFileInPlaceOfItsSocket() throws IOException {
    FaultImpact toll = toll("a file in place of the socket");

    clamd.kill();
    Files.deleteIfExists(clamd.socket());
    Files.writeString(clamd.socket(), "1: fd[9]: OK");
    assertNothingPasses(toll);
    Files.delete(clamd.socket());
    clamd.start();

    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void thatWeMayNotTalkTo() throws IOException {
    FaultImpact toll = toll("a socket that we may not use");

    clamd.kill();
    clamd.start("LocalSocketMode 600");
    assertNothingPasses(toll);
    await("a refusal").until(() -> engine.log().contains("Permission denied"));
    clamd.kill();
    clamd.start();

    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void withAFullBacklog() throws IOException {
    FaultImpact toll = toll("a full backlog");

    clamd.kill();
    Files.deleteIfExists(clamd.socket());
    List<UnixSocket> queued = new ArrayList<>();
    try (UnixSocket listening = UnixSocket.listen(clamd.socket().toString(), 1)) {
      queued.add(UnixSocket.stream());
      while (queued.get(queued.size() - 1).connect(clamd.socket().toString())) {
        queued.add(UnixSocket.stream());
      }
      assertNothingPasses(toll);
    } finally {
      queued.forEach(UnixSocket::close);
    }
    Files.delete(clamd.socket());
    clamd.start();

    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void stalledInAReload() throws IOException {
    FaultImpact toll = toll("a reload that stalls");

    clamd.reload();
    clamd.signal("STOP");
    assertNothingPasses(toll);
    assertNothingPasses(toll);
    clamd.signal("CONT");

    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  @Test
  void whoseVirusEventOpensProtectedFiles() throws IOException {
    FaultImpact toll = toll("a VirusEvent that opens protected files");
    Path script = mount.outside().resolve("clamd/event.sh");
    Path ran = mount.outside().resolve("clamd/ran");
    Files.writeString(
        script, "#!/bin/sh\ncat %s >/dev/null 2>&1\necho $? >>%s\n".formatted(in("clean"), ran));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));

    clamd.kill();
    // clamd waits for its scripts, and these for a thread of clamd.
    clamd.start("VirusEvent " + script, "MaxThreads 2");
    await("scans").until(() -> Opener.open(in("clean")).succeeded());
    List<Opener.Outcome> outcomes = toll.await(startOpeners());
    assertThat(infected(outcomes)).allMatch(Opener.Outcome::wasDenied);
    await("a script that went on at the deadline").until(() -> Files.exists(ran));
    clamd.kill();
    clamd.start();

    toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
  }

  private EngineProcess start(String... by) throws IOException {
    return EngineProcess.startUnder(
        List.of(by),
        mount,
        "protect = [\"" + mount.root().resolve("tree") + "\"]",
        "triggers = [open]",
        "clamd { endpoints = [\"unix:" + clamd.socket() + "\"], scan-timeout = 2 s }",
        "deadline = " + DEADLINE.toSeconds() + " s",
        "on-deadline = deny",
        "on-error = deny");
  }

  private FaultImpact toll(String cause) {
    return FaultImpact.of(cause, engine, DEADLINE);
  }

  private void assertNothingPasses(FaultImpact toll) {
    assertNothingPasses(toll, startOpeners());
  }

  private static void assertNothingPasses(FaultImpact toll, List<Opener> openers) {
    List<Opener.Outcome> outcomes = toll.await(openers);
    toll.awaitAnswers();
    assertThat(infected(outcomes)).allMatch(Opener.Outcome::wasDenied);
    toll.assertCleanAtMost(allowed(outcomes));
  }

  /** Starts an opener for each of some infected files, and then of some clean ones. */
  private List<Opener> startOpeners() {
    int from = batches++ * OF_EACH;
    return Stream.of("eicar-", "clean-")
        .flatMap(kind -> IntStream.range(from, from + OF_EACH).mapToObj(i -> in(kind + i)))
        .map(Opener::start)
        .toList();
  }

  private static long allowed(List<Opener.Outcome> outcomes) {
    return outcomes.stream().filter(Opener.Outcome::succeeded).count();
  }

  private static List<Opener.Outcome> infected(List<Opener.Outcome> outcomes) {
    return outcomes.subList(0, OF_EACH);
  }

  private Path in(String name) {
    return mount.root().resolve("tree").resolve(name);
  }
}
