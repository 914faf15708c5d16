package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Walks the way of one event as ARCHITECTURE.md tells it, and looks at each step from outside. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventPathIT {
  private static final int ROOM = 12;
  private static final int CONNECTIONS = 2;
  private static final int OPENERS = 20;
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  @Test
  void anEventGoesFromTheKernelToItsAnswerStepByStep() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs")) {
      List<Path> clean = new ArrayList<>(); // a file each, since openers of one share a scan
      for (int i = 0; i < OPENERS; i++) {
        clean.add(mount.clean("tree/clean-" + i));
      }
      Path eicar = mount.eicar("tree/eicar");
      Path empty = Files.writeString(mount.root().resolve("tree/empty"), "");
      try (EngineProcess engine =
          EngineProcess.start(
              mount,
              "protect = [\"" + mount.root().resolve("tree") + "\"]",
              "deadline = " + DEADLINE.toSeconds() + " s",
              "queue = " + ROOM,
              "clamd { endpoints = [embedded], connections = " + CONNECTIONS + " }")) {
        walk(engine, clean, eicar, empty);
      }
    }
  }

  private static void walk(EngineProcess engine, List<Path> clean, Path eicar, Path empty) {
    long descriptors = engine.openDescriptors();

    // 1: the kernel holds the process; no reader has read the event yet
    engine.signal("STOP");
    List<Opener> openers = new ArrayList<>(List.of(Opener.start(clean.get(0))));
    await().until(() -> openers.get(0).isHeldByTheKernel());
    EngineProcess.signal(engine.clamd(), "STOP");

    // 2: read, and handed on
    engine.signal("CONT");
    engine.awaitStatus("the event to be read", status -> status.getInt("scanning") == 1);

    // 3: triage answers at once what needs no scan, whatever clamd does
    assertThat(Opener.open(empty).took()).isLessThan(DEADLINE);
    await().untilAsserted(() -> assertThat(reason(engine, "empty")).isEqualTo(1));

    // 4 and 5: the scheduler holds so many; the next one is answered at once
    for (int i = 1; i < OPENERS; i++) {
      openers.add(Opener.start(clean.get(i)));
    }
    engine.awaitStatus(
        "a full room", status -> status.getLong("answers.by-reason.overload") == OPENERS - ROOM);

    // 6: demand is the number of free connections
    JsonObject full = engine.status();
    assertThat(full.getInt("scanning")).isEqualTo(CONNECTIONS);
    assertThat(full.getInt("waiting")).isEqualTo(ROOM - CONNECTIONS);

    // 5 again: all openers go on at the deadline, and the scans are still to be made
    assertThat(openers).allMatch(opener -> opener.await().succeeded());
    engine.awaitStatus( // an opener is answered first, and counted after
        "every deadline",
        status -> // whose own comes when clamd is known to be frozen need not wait for it
        status.getLong("answers.by-reason.deadline")
                    + status.getLong("answers.by-reason.clamd-silent")
                == ROOM);
    engine.awaitStatus("the late", status -> status.getInt("deferred") == ROOM - CONNECTIONS);

    // 7 and 8: clamd's replies become verdicts, and verdicts answers
    EngineProcess.signal(engine.clamd(), "CONT");
    engine.awaitStatus("the late scans", status -> occupancy(status) == 0);
    assertThat(Opener.open(clean.get(0)).succeeded()).isTrue();
    assertThat(Opener.open(eicar).wasDenied()).isTrue();

    // 9: what follows the answer; every descriptor is closed
    await().until(() -> engine.log().contains("denied " + eicar));
    engine.awaitStatus("an empty room", status -> occupancy(status) == 0);
    engine.awaitDescriptors(
        descriptors + CONNECTIONS); // one for each session; those of questions go

    // 10: everything was answered, once, and counted
    assertThat(engine.status().getLong("answers.total") - reason(engine, "own-process"))
        .isEqualTo(OPENERS + 3); // its own opens are those of rescans
    await().untilAsserted(() -> assertThat(reason(engine, "clean")).isEqualTo(1));
    await().untilAsserted(() -> assertThat(reason(engine, "infected")).isEqualTo(1));
  }

  private static long reason(EngineProcess engine, String reason) {
    return engine.status().getLong("answers.by-reason." + reason);
  }

  private static int occupancy(JsonObject status) {
    return status.getInt("waiting") + status.getInt("scanning") + status.getInt("deferred");
  }
}
