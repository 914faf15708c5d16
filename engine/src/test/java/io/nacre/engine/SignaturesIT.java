package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known to be clean is scanned again when clamd has other signatures. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignaturesIT {
  private static final String MARKER = "an odd marker";
  private static final Duration BOUND = Duration.ofSeconds(1);
  private static final int OPENS = 5;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private RealClamd clamd;
  private Path file;
  private Path copy;

  @BeforeEach
  void prepare() throws IOException {
    clamd = RealClamd.in(mount.outside().resolve("clamd"));
    file = write(mount.directory("tree").resolve("file"));
    copy = write(clamd.signatures().resolveSibling("copy"));
  }

  @AfterEach
  void end() {
    clamd.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "no"})
  void aReloadHasACleanFileScannedAgain(String concurrent) throws IOException {
    clamd.start("ConcurrentDatabaseReload " + concurrent, "IdleTimeout 1");
    try (EngineProcess engine = start(clamd.socket())) {
      awaitKnown(engine);
      clamd.add("Marked", MARKER);
      assertThat(Opener.open(file).succeeded()).isTrue();

      clamd.reload();

      assertDeniedSoon(engine);
      assertThat(engine.status().getString("signatures.invalidated-because"))
          .isEqualTo("clamd at unix:" + clamd.socket() + " loaded signatures");
    }
  }

  @Test
  void nothingThatIsOpenedAllTheTimeStaysKnown() throws IOException {
    clamd.addMany();
    clamd.start();
    try (EngineProcess engine = start(clamd.socket())) {
      awaitKnown(engine);
      clamd.add("Marked", MARKER);
      Opener busy = Opener.command("sh", "-c", "while :; do cat " + file + " > /dev/null; done");

      clamd.reload();

      assertDeniedSoon(engine);
      busy.kill();
    }
  }

  @Test
  void newFilesThatClamdFindsByItselfHaveACleanFileScannedAgain() throws IOException {
    clamd.start("SelfCheck 1");
    try (EngineProcess engine = start(clamd.socket())) {
      awaitKnown(engine);

      clamd.add("Marked", MARKER);

      assertDeniedSoon(engine);
    }
  }

  @Test
  void anotherProcessHasACleanFileScannedAgain() throws IOException {
    clamd.start();
    try (EngineProcess engine = start(clamd.socket())) {
      awaitKnown(engine);
      clamd.kill();
      clamd.add("Marked", MARKER);

      clamd.start();

      assertDeniedSoon(engine);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherDirectoryThatIsLoadedAtOnceHasACleanFileScannedAgain(boolean isKept)
      throws IOException {
    clamd.start("IdleTimeout 1");
    try (EngineProcess engine = start(clamd.socket())) {
      awaitKnown(engine);
      Path old = clamd.signatures().resolveSibling("old");
      Opener.sh("cp -a " + clamd.signatures() + " " + clamd.signatures() + ".new");
      Files.move(clamd.signatures(), old);
      Files.move(old.resolveSibling("signatures.new"), clamd.signatures());
      clamd.add("Marked", MARKER);
      if (!isKept) {
        assertThat(Opener.sh("rm -r " + old).succeeded()).isTrue();
      }

      clamd.reload();

      assertDeniedSoon(engine);
    }
  }

  @Test
  void theDeathOfClamdHasNothingForgotten() throws IOException {
    clamd.start();
    Path eicar = mount.eicar("tree/eicar");
    try (EngineProcess engine = start(List.of("on-error = deny"), clamd.socket())) {
      awaitKnown(engine);
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      awaitInfected(engine);
      long before = engine.status().getLong("signatures.invalidations");

      clamd.kill();

      engine.awaitStatus("the death", status -> status.getString("clamd.state").equals("down"));
      await().pollDelay(BOUND).until(() -> true);
      assertThat(Opener.open(file).succeeded()).isTrue();
      assertThat(engine.status().getLong("cached-infected")).isOne();
      assertThat(engine.status().getLong("signatures.invalidations")).isEqualTo(before);
    }
  }

  @Test
  void aReaderOfSignaturesHasNoInfectedFileForgotten() throws IOException {
    clamd.start();
    Path eicar = mount.eicar("tree/eicar");
    try (EngineProcess engine = start(clamd.socket())) {
      awaitKnown(engine);
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      awaitInfected(engine);

      assertThat(Opener.open(clamd.signatures().resolve("eicar.ndb")).succeeded()).isTrue();

      engine.awaitStatus(
          "the suspicion",
          status ->
              status
                  .getString("signatures.invalidated-because")
                  .endsWith("may have loaded signatures"));
      assertThat(engine.status().getLong("cached-infected")).isOne();
      assertThat(engine.status().getLong("cache.files")).isZero();
    }
  }

  @Test
  void anyOfSeveralClamdsHasACleanFileScannedAgain() throws IOException {
    clamd.start();
    try (RealClamd other = RealClamd.in(mount.outside().resolve("other"))) {
      other.start();
      try (EngineProcess engine = start(other.socket(), clamd.socket())) {
        awaitKnown(engine);
        clamd.add("Marked", MARKER);
        clamd.reload();
        await().until(() -> clamd.finds(copy));
        other.kill(); // so that the next scan is the other one's

        await().pollDelay(BOUND).until(() -> true);

        assertThat(Opener.open(file).wasDenied()).isTrue();
      }
    }
  }

  @Test
  void nothingIsKeptOfAClamdOnAnotherMachine() throws IOException {
    try (RealClamd remote = RealClamd.remote(mount.outside().resolve("remote"));
        EngineProcess engine =
            EngineProcess.start(
                mount,
                "protect = [\"" + mount.root() + "/tree\"]",
                "strategy = filesystem",
                "clamd.endpoints = [\"" + remote.address() + "\"]")) {
      engine.awaitStatus("clamd", status -> status.getString("clamd.state").equals("up"));

      for (int i = 0; i < OPENS; i++) {
        assertThat(Opener.open(file).succeeded()).isTrue();
      }

      engine.awaitStatus("its scans", status -> scanned(engine) == OPENS);
      assertThat(engine.status().getBoolean("signatures.uncertain")).isTrue();
    }
  }

  @Test
  void itsWordIsKeptIfAllSignaturesAreOfficial() throws IOException {
    try (RealClamd remote = RealClamd.remote(mount.outside().resolve("remote"));
        EngineProcess engine =
            EngineProcess.start(
                mount,
                "protect = [\"" + mount.root() + "/tree\"]",
                "strategy = filesystem",
                "clamd.database = official",
                "clamd.endpoints = [\"" + remote.address() + "\"]")) {
      awaitKnown(engine);
    }
  }

  @Test
  void aFlushHasACleanFileScannedAgain() throws IOException {
    clamd.start();
    try (EngineProcess engine = start(clamd.socket())) {
      awaitKnown(engine);
      long before = scanned(engine);

      Opener.Outcome flush = EngineProcess.nacre("flush", "--socket", engine.control().toString());

      assertThat(flush.output()).contains("invalidated 1 verdict");
      assertThat(flush.succeeded()).isTrue();
      assertThat(Opener.open(file).succeeded()).isTrue();
      engine.awaitStatus("the scan", status -> scanned(engine) == before + 1);
      assertThat(Opener.open(file).succeeded()).isTrue();

      engine.signal("USR1");

      engine.awaitStatus(
          "the signal",
          status -> status.getString("signatures.invalidated-because").equals("SIGUSR1"));
      assertThat(Opener.open(file).succeeded()).isTrue();
      engine.awaitStatus("the scan", status -> scanned(engine) == before + 2);
    }
  }

  private EngineProcess start(Path... sockets) throws IOException {
    return start(List.of(), sockets);
  }

  private EngineProcess start(List<String> more, Path... sockets) throws IOException {
    StringBuilder endpoints = new StringBuilder();
    for (Path socket : sockets) {
      endpoints.append("\"unix:").append(socket).append("\",");
    }
    List<String> block =
        new ArrayList<>(
            List.of(
                "protect = [\"" + mount.root() + "/tree\"]",
                "strategy = filesystem",
                "clamd.endpoints = [" + endpoints + "]"));
    block.addAll(more);
    return EngineProcess.start(mount, block.toArray(String[]::new));
  }

  private static void awaitInfected(EngineProcess engine) {
    engine.awaitStatus("an infected file", status -> status.getLong("cached-infected") == 1);
  }

  /** Opens the file until an open needs no scan. */
  private void awaitKnown(EngineProcess engine) {
    await()
        .until(
            () -> {
              assertThat(Opener.open(file).succeeded()).isTrue();
              engine.awaitStatus("no open", status -> status.getLong("waiting") == 0);
              return engine.status().getLong("cache.files") > 0;
            });
    long before = scanned(engine);
    assertThat(Opener.open(file).succeeded()).isTrue();
    assertThat(scanned(engine)).isEqualTo(before);
  }

  /** Waits until clamd finds the marker, and as long as the engine may take to know. */
  private void assertDeniedSoon(EngineProcess engine) {
    await().atMost(Duration.ofSeconds(30)).until(() -> clamd.finds(copy));
    await().pollDelay(BOUND).until(() -> true);
    for (int i = 0; i < OPENS; i++) {
      assertThat(Opener.open(file).wasDenied()).isTrue();
    }
    engine.awaitStatus("certain signatures", status -> !status.getBoolean("signatures.uncertain"));
  }

  private static long scanned(EngineProcess engine) {
    return engine.status().getLong("answers.scanned");
  }

  private static Path write(Path path) throws IOException {
    return Files.writeString(path, MARKER);
  }
}
