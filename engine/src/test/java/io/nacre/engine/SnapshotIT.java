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
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clean files that one engine leaves to the next. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SnapshotIT {
  /** What clamd's start may seem to be earlier than it was, in seconds, and one more. */
  private static final int OLD = 4;

  private PrivateMount stage;
  private RealClamd clamd;
  private Path snapshot;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    stage = PrivateMount.of("ext4");
    file = stage.clean("tree/file");
    snapshot = stage.outside().resolve("clean");
    clamd = RealClamd.in(stage.outside().resolve("clamd"));
    Instant made = Instant.now();
    await().until(() -> Instant.now().isAfter(made.plusSeconds(OLD)));
    clamd.start();
  }

  @AfterEach
  void stop() throws IOException {
    if (clamd != null) {
      clamd.close();
    }
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  void aFileIsKnownToTheNextEngine() throws IOException {
    leave();

    try (EngineProcess engine = engine()) {
      awaitSaid(engine, "1 files are known to be clean");

      assertThat(Opener.open(file).succeeded()).isTrue();

      engine.awaitStatus("a known file", status -> reason(engine, "known-clean") == 1);
      assertThat(reason(engine, "clean")).isZero();
    }
  }

  @Test
  void aFileThatWasChangedMeanwhileIsScanned() throws IOException {
    leave();
    Files.writeString(file, PrivateMount.eicar());

    try (EngineProcess engine = engine()) {
      awaitSaid(engine, "1 files are known to be clean");

      assertThat(Opener.open(file).wasDenied()).isTrue();
    }
  }

  @Test
  void withOtherSignaturesItIsNotUsed() throws IOException {
    leave();
    clamd.kill();
    Files.writeString(
        clamd.signatures().resolve("more.ndb"), "Some-Other:0:*:0102030405060708090a0b0c0d0e0f\n");
    Instant made = Instant.now();
    await().until(() -> Instant.now().isAfter(made.plusSeconds(OLD)));
    clamd.start();

    try (EngineProcess engine = engine()) {
      awaitSaid(engine, "is not used: clamd is another process, or has other signatures");
      assertThat(engine.status().getLong("cache.files")).isZero();
    }
  }

  @Test
  void withAnotherProcessItIsNotUsedSinceItMayHaveOtherOptions() throws IOException {
    leave();
    clamd.kill();
    clamd.start("ScanArchive no");

    try (EngineProcess engine = engine()) {
      awaitSaid(engine, "is not used: clamd is another process");
      assertThat(engine.status().getLong("cache.files")).isZero();
    }
  }

  @Test
  void aDamagedOneIsNotUsed() throws IOException {
    leave();
    byte[] bytes = Files.readAllBytes(snapshot);
    bytes[bytes.length / 2] ^= 1;
    Files.write(snapshot, bytes);

    try (EngineProcess engine = engine()) {
      awaitSaid(engine, "is not used: it is damaged");
      assertThat(engine.status().getLong("cache.files")).isZero();
    }
  }

  /** Has an engine find the file clean, and stops it. */
  private void leave() throws IOException {
    try (EngineProcess engine = engine()) {
      await()
          .until(
              () -> {
                assertThat(Opener.open(file).succeeded()).isTrue();
                return engine.status().getLong("cache.files") == 1;
              });
      assertThat(engine.stop()).isZero();
    }
    assertThat(snapshot).exists();
  }

  private EngineProcess engine() throws IOException {
    return EngineProcess.start(
        stage,
        "protect = [\"" + file.getParent() + "\"]",
        "cache.snapshot = \"" + snapshot + "\"",
        "cache.kernel = off",
        "clamd.endpoints = [\"unix:" + clamd.socket() + "\"]");
  }

  private static void awaitSaid(EngineProcess engine, String what) {
    await().untilAsserted(() -> assertThat(engine.log()).contains(what));
  }

  private static long reason(EngineProcess engine, String reason) {
    return engine.status().getLong("answers.by-reason." + reason);
  }
}
