package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine whose messages go nowhere still answers. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogsIT {
  private static final String EMBEDDED = "clamd.endpoints = [embedded]";

  /**
   * Each denied open makes a line of some 150 bytes; a pipe takes 64 KiB, the engine 1,024 lines.
   */
  private static final int DENIED = 3_000;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private Path eicar;

  @BeforeEach
  void prepare() throws IOException {
    eicar = mount.eicar("tree/eicar");
  }

  @Test
  void answersWhileItsMessagesAreNotReadAndReportsTheMissingOnes() throws IOException {
    Path many = mount.directory("tree/many");
    for (int i = 0; i < DENIED; i++) {
      Files.writeString(many.resolve("eicar-" + i), PrivateMount.eicar());
    }
    Path pipe = mount.outside().resolve("pipe");
    Path read = mount.outside().resolve("read");
    Path wanted = mount.outside().resolve("wanted");
    Opener.sh("mkfifo " + pipe);
    String readWhenWanted = "exec <> %s; until [ -e %s ]; do sleep 0.05; done; exec cat > %s";
    Opener reader = Opener.command("sh", "-c", readWhenWanted.formatted(pipe, wanted, read));

    try (EngineProcess engine =
        EngineProcess.startUnheard("exec 2> " + pipe, mount, protect(), EMBEDDED)) {
      Opener.sh("for file in " + many + "/*; do true <$file; done 2>/dev/null");
      await().until(() -> Opener.open(eicar).wasDenied());

      Files.createFile(wanted);
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions() // it may not be there yet
          .until(
              () -> {
                engine.signal("USR1"); // says what is missing, and itself
                return Files.readString(read).contains("messages are missing here");
              });
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      assertThat(engine.stop()).isZero();
    } finally {
      reader.kill();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec 2> /dev/full", "exec 2>&-", "exec 2>&- >&- <&-"})
  void answersWhenItCannotWriteMessages(String setUp) throws IOException {
    Path clean = mount.clean("tree/clean");

    try (EngineProcess engine = EngineProcess.startUnheard(setUp, mount, protect(), EMBEDDED)) {
      await().until(() -> Opener.open(eicar).wasDenied());

      assertThat(Opener.open(clean).succeeded()).isTrue();
      assertThat(engine.stop()).isZero();
    }
  }

  @Test
  void answersWhileItsLogIsRotatedInTheProtectedTree() throws IOException {
    Path log = Files.writeString(mount.root().resolve("tree/engine.log"), "");
    Path old = mount.root().resolve("tree/engine.log.1");

    try (EngineProcess engine =
        EngineProcess.startUnheard("exec 2>> " + log, mount, protect(), EMBEDDED)) {
      assertThat(Opener.open(eicar).wasDenied()).isTrue();

      Opener.sh("mv " + log + " " + old + " && : > " + log);

      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      await()
          .until(
              () -> {
                engine.signal("USR1"); // writes a message
                return Opener.open(old).output().contains("SIGUSR1");
              });
      assertThat(engine.stop()).isZero();
    }
  }

  private String protect() {
    return "protect = [\"" + mount.root().resolve("tree") + "\"]";
  }
}
