package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is moved into the tree by somebody who holds a lease on it, and does not let go. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaseIT {
  private static final Duration DEAD_MAN = Duration.ofSeconds(2);
  private static final Duration LONGER = Duration.ofSeconds(4);

  private static final String LEASE_AND_MOVE =
      """
      import fcntl, os, signal, sys, time
      signal.signal(signal.SIGIO, signal.SIG_IGN)
      file = os.open(sys.argv[1], os.O_RDWR)
      fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
      os.rename(sys.argv[1], sys.argv[2])
      time.sleep(60)
      """;

  private Stage stage;

  @BeforeEach
  void mount() throws IOException {
    stage = Stage.tmpfs();
    stage.directory("tree");
  }

  @AfterEach
  void unmount() throws IOException {
    if (stage != null) { // the mount may have been what the test was aborted for
      stage.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void stopsNothingButTheOpensOfItsFile(String strategy) throws IOException {
    Path outside = stage.clean("outside/leased");
    Path inside = stage.root().resolve("tree/leased");
    Object inode = Files.getAttribute(outside, "unix:ino");

    try (EngineProcess engine = start(strategy)) {
      Opener holder =
          Opener.command("python3", "-c", LEASE_AND_MOVE, outside.toString(), inside.toString());
      try {
        await().until(() -> isBeingBroken(inode));
        await().during(LONGER).atMost(LONGER.multipliedBy(2)).until(engine::isAlive);
        stage.directory("tree/new");
        Path eicar = stage.root().resolve("tree/new/eicar");
        Stage.writeEicar(eicar);
        await().until(() -> Opener.open(eicar).wasDenied());

        assertThat(isBeingBroken(inode)).as("still").isTrue();
        assertThat(engine.stop()).isZero();
      } finally {
        holder.kill();
      }
    }
  }

  private EngineProcess start(String strategy) throws IOException {
    return EngineProcess.start(
        stage,
        "protect = [\"" + stage.root().resolve("tree") + "\"]",
        "clamd.endpoints = [embedded]",
        "deadline = 1 s",
        "dead-man = " + DEAD_MAN.toSeconds() + " s",
        "strategy = " + strategy);
  }

  /** Returns whether the kernel waits for the holder of a lease on the file to give it up. */
  private static boolean isBeingBroken(Object inode) throws IOException {
    return Files.readAllLines(Path.of("/proc/locks")).stream()
        .anyMatch(lock -> lock.contains("BREAKING") && lock.contains(":" + inode + " "));
  }
}
