package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.FileLocks;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.intake.FanotifyReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that is moved into the tree by a process that holds a lease on it, and keeps it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaseIT {
  private static final Duration DEAD_MAN = Duration.ofSeconds(3);
  private static final Duration LONGER = Duration.ofSeconds(5);

  private static final String LEASE =
      """
      import fcntl, os, signal, sys, time
      signal.signal(signal.SIGIO, signal.SIG_IGN)
      file = os.open(sys.argv[1], os.O_RDWR)
      while True:
          try:
              fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
              break
          except BlockingIOError: # the engine still has it open
              time.sleep(0.01)
      os.rename(sys.argv[1], sys.argv[2])
      time.sleep(60)
      """;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @BeforeEach
  void prepare() throws IOException {
    mount.directory("tree");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void stopsNothingButTheOpensOfItsFile(String strategy) throws IOException {
    Path outside = mount.clean("outside/leased");
    Path inside = mount.root().resolve("tree/leased");

    try (EngineProcess engine = start(strategy)) {
      Opener holder = Opener.command("python3", "-c", LEASE, outside.toString(), inside.toString());
      try {
        await().ignoreExceptions().until(() -> FileLocks.isBeingBroken(inside));
        await().during(LONGER).atMost(LONGER.multipliedBy(2)).until(engine::isAlive);
        mount.directory("tree/new");
        Path eicar = mount.root().resolve("tree/new/eicar");
        PrivateMount.writeEicar(eicar);
        await().until(() -> Opener.open(eicar).wasDenied());

        assertThat(FileLocks.isBeingBroken(inside)).as("still").isTrue();
        assertThat(engine.stop()).isZero();
      } finally {
        holder.kill();
      }
    }
  }

  /** As many as there are readers but one; all in the queue before the opens that are to go on. */
  @Test
  void stopsNothingButTheOpensOfTheirFilesWhenThereAreMany() throws IOException {
    Path clean = mount.clean("tree/clean");
    Path eicar = mount.eicar("tree/eicar");
    List<Path> leased = new ArrayList<>();
    for (int i = 1; i < FanotifyReader.READERS; i++) {
      leased.add(mount.clean("tree/leased-" + i));
    }

    try (EngineProcess engine = start("ddd")) {
      List<Opener> holders =
          leased.stream()
              .map(file -> Opener.command("python3", "-c", LEASE, file.toString(), file.toString()))
              .toList();
      await().until(() -> leased.stream().allMatch(FileLocks::isLeased));
      List<Opener> openers = leased.stream().map(Opener::start).toList();
      try {
        assertThat(Opener.open(clean).succeeded()).isTrue();
        await().until(() -> Opener.open(eicar).wasDenied());
        await().until(() -> leased.stream().allMatch(FileLocks::isBeingBroken));
        await().during(LONGER).atMost(LONGER.multipliedBy(2)).until(engine::isAlive);

        assertThat(Opener.open(clean).succeeded()).isTrue();
        assertThat(Opener.open(eicar).wasDenied()).isTrue();
        assertThat(openers).allMatch(Opener::isHeldByTheKernel);
      } finally {
        holders.forEach(Opener::kill);
        openers.forEach(Opener::await);
      }
      assertThat(engine.stop()).isZero();
    }
  }

  private EngineProcess start(String strategy) throws IOException {
    return EngineProcess.start(
        mount,
        "protect = [\"" + mount.root().resolve("tree") + "\"]",
        "clamd.endpoints = [embedded]",
        "deadline = 1 s",
        "dead-man = " + DEAD_MAN.toSeconds() + " s",
        "strategy = " + strategy);
  }
}
