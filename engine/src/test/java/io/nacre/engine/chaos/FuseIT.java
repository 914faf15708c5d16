package io.nacre.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.FaultImpact;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PassthroughFuse;
import io.nacre.engine.fixture.PrivateMount;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A protected FUSE file system whose daemon opens protected files itself: the kernel opens a file
 * there for us only when the daemon has opened one, and the daemon waits for our answer to that.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuseIT {
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final int FILES = 8;

  /** As many as the engine may open at the most, with what status takes. */
  private static final int SESSIONS = 12;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @BeforeEach
  void prepare() throws IOException {
    for (int i = 0; i < FILES; i++) {
      mount.clean("tree/behind/clean-" + i);
      mount.eicar("tree/behind/eicar-" + i);
    }
    mount.clean("tree/clean");
    mount.eicar("tree/eicar");
    mount.directory("tree/mirror");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem"})
  void doesNotWaitForItself(String strategy) throws IOException {
    try (PassthroughFuse mirror = PassthroughFuse.mount(mount, in("behind"), in("mirror"));
        EngineProcess engine = start(strategy)) {
      FaultImpact toll =
          FaultImpact.of("a FUSE daemon whose files are protected, " + strategy, engine, DEADLINE);

      for (int i = 0; i < FILES; i++) {
        List<Opener.Outcome> clean = toll.open(List.of(in("mirror/clean-" + i)));
        List<Opener.Outcome> infected = toll.open(List.of(in("mirror/eicar-" + i)));
        assertThat(clean).allMatch(Opener.Outcome::succeeded);
        assertThat(infected).noneMatch(Opener.Outcome::succeeded);
      }

      mirror.signal("STOP");
      Opener waiting = Opener.start(in("mirror/clean-0"));
      toll.open(List.of(in("behind/clean-0"), in("behind/clean-1"), in("clean")));
      mirror.signal("CONT");
      toll.await(List.of(waiting));

      toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
    }
  }

  private EngineProcess start(String strategy) throws IOException {
    return EngineProcess.start(
        mount,
        "protect = [\"" + mount.root().resolve("tree") + "\"]",
        "strategy = " + strategy,
        "clamd.endpoints = [embedded]",
        "deadline = " + DEADLINE.toSeconds() + " s");
  }

  private Path in(String name) {
    return mount.root().resolve("tree").resolve(name);
  }
}
