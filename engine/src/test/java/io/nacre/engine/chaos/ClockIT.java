package io.nacre.engine.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.FaultImpact;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.WallClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A wall clock that is set while files are opened, for the engine and for its clamd. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClockIT {
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final int OPENERS = 8;

  /** As many as the engine may open at the most, with what status takes. */
  private static final int SESSIONS = 12;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @BeforeEach
  void prepare() throws IOException {
    mount.clean("tree/clean");
    mount.eicar("tree/eicar");
  }

  @Test
  void costsNoOpenerMoreThanTheDeadlineWhenItIsSet() throws IOException {
    WallClock clock = WallClock.make(mount);
    try (EngineProcess engine =
        EngineProcess.startUnder(
            clock.command(),
            mount,
            "protect = [\"" + mount.root().resolve("tree") + "\"]",
            "triggers = [open]",
            "clamd.endpoints = [embedded]",
            "deadline = " + DEADLINE.toSeconds() + " s")) {
      for (Duration step : List.of(Duration.ofHours(1), Duration.ZERO, Duration.ofHours(-1))) {
        FaultImpact toll = FaultImpact.of("a clock that is set to " + step, engine, DEADLINE);

        EngineProcess.signal(engine.clamd(), "STOP");
        List<Opener> openers =
            IntStream.range(0, OPENERS).mapToObj(i -> Opener.start(in("clean"))).toList();
        clock.set(step);
        assertThat(aheadOfOurs(clock)).isBetween(step.minusMinutes(1), step.plusMinutes(1));
        toll.await(openers);
        toll.awaitAnswers();
        EngineProcess.signal(engine.clamd(), "CONT");

        toll.awaitRecovery(in("clean"), in("eicar"), SESSIONS);
      }
    }
  }

  private static Duration aheadOfOurs(WallClock clock) {
    List<String> date = Stream.concat(clock.command().stream(), Stream.of("date", "+%s")).toList();
    String now = Opener.command(date).await().output();
    return Duration.between(Instant.now(), Instant.ofEpochSecond(Long.parseLong(now)));
  }

  private Path in(String name) {
    return mount.root().resolve("tree").resolve(name);
  }
}
