package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.Directories;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.ExpectedMarks;
import io.nacre.engine.fixture.InotifyInstances;
import io.nacre.engine.fixture.KernelMarks;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.Sysctl;
import io.nacre.engine.fixture.UncoveredView;
import io.nacre.engine.fixture.storm.Storm;
import io.nacre.engine.fixture.storm.StormProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens to the protected trees, in the end the marks are where they should be, and
 * nowhere else.
 *
 * <p>More storms: {@code -Dnacre.storm.seeds=200 -Dfailsafe.timeout=1200}; others: {@code
 * -Dnacre.storm.first-seed=1000}. A seed that failed fails again in most runs, but how storm and
 * engine interleave is the kernel's.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DirectoryStormIT {
  private static final long FIRST_SEED = Long.getLong("nacre.storm.first-seed", 1);
  private static final long SEEDS = Long.getLong("nacre.storm.seeds", 8);
  private static final int CHANGES = Integer.getInteger("nacre.storm.changes", 4_000);

  /** When the storm begins. */
  private enum Begin {
    AT_THE_FIRST_MARK,
    WHEN_READY
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void endsWithExactlyTheRightMarks(long seed) throws IOException {
    storm("tmpfs", seed, "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void endsWithExactlyTheRightMarksOn(String type) throws IOException {
    storm(type, FIRST_SEED + 2, ", on " + type);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewerSeeds")
  @Tag("alone")
  void endsWithExactlyTheRightMarksWhenMostEventsAreDropped(long seed) throws IOException {
    try (Sysctl queue = Sysctl.of("fs.inotify.max_queued_events", 16)) {
      storm("tmpfs", seed, ", a queue of 16");
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void endsWithExactlyTheRightMarksWhenDirectoriesMoveBetweenTrees(long seed) throws IOException {
    storm("tmpfs", seed, /* crosses= */ true, ", between two trees");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewerSeeds")
  @Tag("alone")
  void endsWithExactlyTheRightMarksWhenTreesLoseEachOthersEvents(long seed) throws IOException {
    try (Sysctl queue = Sysctl.of("fs.inotify.max_queued_events", 16)) {
      storm("tmpfs", seed, /* crosses= */ true, ", between two trees, a queue of 16");
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("fewerSeeds")
  @Tag("alone")
  void endsWithExactlyTheRightMarksWhenTreesShareAnInstance(long seed) throws IOException {
    try (Sysctl limit = Sysctl.of("fs.inotify.max_user_instances")) {
      limit.set(InotifyInstances.used() + 1L);
      storm("tmpfs", seed, /* crosses= */ true, ", one inotify instance");
    }
  }

  static LongStream seeds() {
    return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS);
  }

  static LongStream fewerSeeds() {
    return seeds().limit((SEEDS + 3) / 4 + 1);
  }

  private static void storm(String type, long seed, String circumstances) throws IOException {
    storm(type, seed, /* crosses= */ false, circumstances);
  }

  private static void storm(String type, long seed, boolean crosses, String circumstances)
      throws IOException {
    long start = System.nanoTime();
    Begin begin = seed % 4 == 1 ? Begin.AT_THE_FIRST_MARK : Begin.WHEN_READY;
    Storm.Shape shape = shape(seed, begin, crosses);
    try (PrivateMount mount = PrivateMount.mount(type);
        UncoveredView bare = UncoveredView.of(mount)) {
      Storm storm = Storm.of(mount, seed, shape);
      try (StormProcess process = storm.makeTree();
          EngineProcess engine = launch(mount)) {
        awaitBegin(engine, begin);
        process.go();
        Duration took = process.await();
        engine.awaitReady();

        long calm = System.nanoTime();
        assertThat(directories(mount)).isEqualTo(storm.directoriesAfterwards());
        ExpectedMarks expected = ExpectedMarks.on(mount, bare, Storm.INCLUDES, Storm.EXCLUDES);
        String outcome = "NOT SETTLED";
        try {
          expected.await(engine);
          outcome = "settled";
        } catch (AssertionError e) {
          throw new AssertionError("seed " + seed + ": " + e.getMessage(), e.getCause());
        } finally {
          System.out.printf(
              Locale.ROOT,
              "storm %d: %,d calls at %,d/s, %s after %,d ms, %,d ms in all; began %s, %s,"
                  + " %,d directories to be marked%s%s%n",
              seed,
              storm.calls(),
              storm.calls() * 1_000_000_000L / took.toNanos(),
              outcome,
              millisSince(calm),
              millisSince(start),
              begin,
              shape,
              expected.count(),
              circumstances,
              engine.log().contains("dropped events") ? ", events were dropped" : "");
        }
      }
    }
  }

  private static Storm.Shape shape(long seed, Begin begin, boolean crosses) {
    return new Storm.Shape(
        /* directories= */ begin == Begin.AT_THE_FIRST_MARK ? 4_000 : 300 + (int) (seed * 97 % 900),
        CHANGES,
        /* mounts= */ seed % 3 == 0,
        /* movesRoots= */ begin == Begin.WHEN_READY && seed % 2 == 0, // a start must find them
        crosses,
        /* rests= */ seed % 4 != 0);
  }

  private static EngineProcess launch(PrivateMount mount) throws IOException {
    Path root = mount.root();
    return EngineProcess.launch(
        mount,
        mount.outside(),
        mount.outside().resolve("engine.log"),
        "protect = [{ path = \"%s/one\", exclude = [\"%s/one/skip\"] }, \"%s/two\"]"
            .formatted(root, root, root),
        "strategy = ddd",
        "clamd.endpoints = [\"unix:" + mount.outside().resolve("none.sock") + "\"]");
  }

  private static void awaitBegin(EngineProcess engine, Begin begin) {
    if (begin == Begin.WHEN_READY) {
      engine.awaitReady();
      return;
    }
    await("the first mark")
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> !engine.isAlive() || !KernelMarks.of(engine.pid()).directories().isEmpty());
  }

  private static Set<String> directories(PrivateMount mount) throws IOException {
    return Directories.below(mount.root()).keySet().stream()
        .map(Path::toString)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long millisSince(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime).toMillis();
  }
}
