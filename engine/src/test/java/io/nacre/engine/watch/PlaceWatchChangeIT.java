package io.nacre.engine.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.config.ProtectConfig;
import io.nacre.engine.config.WatchConfig;
import io.nacre.engine.config.WatchConfig.Prevention;
import io.nacre.engine.config.WatchConfig.Trigger;
import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.fixture.KernelMarks;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.filesystem.OutsidePaths;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The marks of the kernel after changes of what is protected. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PlaceWatchChangeIT {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private final ActorTestKit testKit = ActorTestKit.create();
  private final Coverage coverage = new Coverage();
  private final OwnMounts ownMounts = new OwnMounts();
  private MarkedDirectoryFixture stage;
  private OutsidePaths outside;
  private WakeUp stop;
  private WakeUp mail;

  @BeforeEach
  void open() throws IOException {
    stage = MarkedDirectoryFixture.open();
    stage.directory("srv/a/b/c");
    stage.directory("srv/d/e");
    stage.directory("home/user");
    outside = OutsidePaths.open();
    stop = WakeUp.open();
    mail = WakeUp.open();
  }

  @AfterEach
  void close() throws IOException {
    stop.signal();
    testKit.shutdownTestKit();
    assertThat(Descriptors.below(stage.root())).isEmpty();
    outside.close();
    mail.close();
    stop.close();
    stage.close();
  }

  @Test
  void aPathIsAddedAndAnotherRemoved() throws IOException {
    ActorRef<PlaceWatch.Command> watch = start(ddd("srv"));
    assertThat(stage.marked())
        .containsExactly("srv", "srv/a", "srv/a/b", "srv/a/b/c", "srv/d", "srv/d/e");

    change(watch, ddd("srv"), ddd("home"));
    assertThat(stage.marked()).contains("srv", "srv/a/b/c", "home", "home/user");

    change(watch, ddd("home"));
    awaitMarked("home", "home/user");
    assertThat(coverage.entries()).extracting(Coverage.Entry::path).containsExactly(path("home"));
  }

  @Test
  void aPathThatIsMissingIsReportedAndThenForgotten() throws IOException {
    ActorRef<PlaceWatch.Command> watch = start(ddd("home"));

    change(watch, ddd("home"), ddd("none"));
    assertThat(coverage.entries())
        .extracting(Coverage.Entry::state)
        .containsExactly(Coverage.State.PROTECTED, Coverage.State.MISSING);

    change(watch, ddd("home"));
    assertThat(coverage.entries()).hasSize(1);
  }

  @Test
  void anExcludeIsAddedAndRemoved() throws IOException {
    ActorRef<PlaceWatch.Command> watch = start(ddd("srv"));

    change(watch, ddd("srv", "a"));
    awaitMarked("srv", "srv/d", "srv/d/e");

    change(watch, ddd("srv"));
    assertThat(stage.marked()).contains("srv/a", "srv/a/b", "srv/a/b/c");
  }

  @Test
  void aPathBecomesPartOfAnotherAndBack() throws IOException {
    ActorRef<PlaceWatch.Command> watch = start(ddd("srv/a"), ddd("srv/d", "e"));
    awaitMarked("srv/a", "srv/a/b", "srv/a/b/c", "srv/d");

    change(watch, ddd("srv"));
    awaitMarked("srv", "srv/a", "srv/a/b", "srv/a/b/c", "srv/d", "srv/d/e");
    assertThat(coverage.entries()).hasSize(1);

    change(watch, ddd("srv", "a"), ddd("srv/a/b"));
    awaitMarked("srv", "srv/a/b", "srv/a/b/c", "srv/d", "srv/d/e");
  }

  @Test
  void aPathIsProtectedWithoutItsDirectories() throws IOException {
    ActorRef<PlaceWatch.Command> watch = start(ddd("srv"));

    change(watch, flat("srv"));
    awaitMarked("srv");

    change(watch, ddd("srv"));
    assertThat(stage.marked()).hasSize(6);
  }

  @Test
  void theStrategyIsSwitchedToAndFro() throws IOException {
    ActorRef<PlaceWatch.Command> watch = start(ddd("srv"), ddd("home"));

    for (int i = 0; i < 3; i++) {
      change(watch, whole("srv"), ddd("home"));
      awaitMarked("home", "home/user");
      assertThat(filesystems()).hasSize(1);
      assertThat(ownMounts.reachesOutside()).isTrue();

      change(watch, ddd("srv"), whole("home"));
      awaitMarked("srv", "srv/a", "srv/a/b", "srv/a/b/c", "srv/d", "srv/d/e");
      assertThat(filesystems()).hasSize(1);

      change(watch, ddd("srv"), ddd("home"));
      assertThat(stage.marked()).hasSize(8);
      await().atMost(BOUND).until(() -> filesystems().isEmpty());
      await().atMost(BOUND).until(() -> !ownMounts.reachesOutside());
    }
  }

  @Test
  void aTreeThatIsFollowedAlreadyIsNotWalkedAgainForAnotherPath() throws IOException {
    ActorRef<PlaceWatch.Command> watch = start(ddd("srv"));
    Coverage.Entry before = coverage.entries().get(0);

    change(watch, ddd("srv"), ddd("home"));

    assertThat(coverage.entries()).contains(before);
  }

  @Test
  void theMarksAgreeWithEachOfManyChanges() throws IOException {
    Random random = new Random(29);
    List<String> names = List.of("srv", "srv/a", "srv/a/b", "srv/d", "home", "none");
    List<ProtectConfig> asked = List.of(ddd("srv"));
    ActorRef<PlaceWatch.Command> watch = start(asked.get(0));
    for (int i = 0; i < 50; i++) {
      asked = randomPaths(random, names);
      change(watch, asked.toArray(ProtectConfig[]::new));
      awaitMarks("change " + i + ": " + asked, asked);
    }
  }

  private List<ProtectConfig> randomPaths(Random random, List<String> names) {
    List<ProtectConfig> paths = new ArrayList<>();
    for (String name : names) {
      if (random.nextInt(3) == 0) {
        List<String> excludes =
            random.nextInt(3) == 0
                ? List.of(List.of("a", "b", "d", "a/b").get(random.nextInt(4)))
                : List.of();
        Strategy strategy = random.nextInt(4) == 0 ? Strategy.FILESYSTEM : Strategy.DDD;
        paths.add(protect(name, excludes, random.nextInt(4) != 0, strategy));
      }
    }
    return paths.isEmpty() ? List.of(ddd("home")) : paths;
  }

  private void awaitMarks(String what, List<ProtectConfig> asked) {
    PathRules rules = rules(asked);
    Set<String> expected = new TreeSet<>();
    boolean isWhole = false;
    for (ProtectConfig each : asked) {
      if (rules.starts().contains(each.path().toString()) && Files.exists(each.path())) {
        isWhole |= each.strategy() == Strategy.FILESYSTEM;
        if (each.strategy() == Strategy.DDD) {
          addInside(each.path(), rules, expected);
        }
      }
    }
    boolean hasFilesystem = isWhole;
    await(what)
        .atMost(BOUND)
        .untilAsserted(
            () -> {
              assertThat(stage.marked()).isEqualTo(expected);
              assertThat(filesystems()).hasSize(hasFilesystem ? 1 : 0);
            });
  }

  private void addInside(Path directory, PathRules rules, Set<String> found) {
    byte[] path = directory.toString().getBytes(UTF_8);
    if (rules.scopeOfDirectory(path, path.length) != PathRules.Scope.INSIDE) {
      return;
    }
    found.add(stage.root().relativize(directory).toString());
    try (Stream<Path> below = Files.list(directory)) {
      below.filter(Files::isDirectory).forEach(child -> addInside(child, rules, found));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Set<Long> filesystems() {
    return KernelMarks.of(ProcessHandle.current().pid()).filesystems();
  }

  private void awaitMarked(String... names) {
    await()
        .atMost(BOUND)
        .untilAsserted(() -> assertThat(stage.marked()).containsExactlyInAnyOrder(names));
  }

  private ActorRef<PlaceWatch.Command> start(ProtectConfig... paths) {
    TestProbe<PlaceWatch.Ready> ready = testKit.createTestProbe();
    PlaceWatch.Setup setup =
        new PlaceWatch.Setup(
            stage.marks(),
            outside,
            new WholeFilesystems(() -> {}),
            ownMounts,
            coverage,
            mail,
            stop,
            System::nanoTime);
    ActorRef<PlaceWatch.Command> watch =
        testKit.spawn(
            PlaceWatch.create(setup, asked(List.of(paths)), NewFileSink.NONE, ready.ref()),
            "watch",
            DispatcherSelector.blocking());
    ready.expectMessage(BOUND, PlaceWatch.Ready.INSTANCE);
    return watch;
  }

  private void change(ActorRef<PlaceWatch.Command> watch, ProtectConfig... paths) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    watch.tell(new PlaceWatch.Change(asked(List.of(paths)), done));
    mail.signal();
    assertThat(done).succeedsWithin(BOUND);
  }

  private static AskedPaths asked(List<ProtectConfig> paths) {
    return new AskedPaths(
        new WatchConfig(
            paths, Strategy.DDD, /* crossMounts= */ true, Prevention.DETECT, Set.of(Trigger.OPEN)),
        rules(paths));
  }

  private static PathRules rules(List<ProtectConfig> paths) {
    return new PathRules(
        paths.stream()
            .map(
                path ->
                    new PathRules.Include(
                        path.path().toString(),
                        path.exclude(),
                        path.excludeRegex(),
                        path.recursive()))
            .toList());
  }

  private ProtectConfig ddd(String name, String... excludes) {
    return protect(name, List.of(excludes), /* recursive= */ true, Strategy.DDD);
  }

  private ProtectConfig flat(String name) {
    return protect(name, List.of(), /* recursive= */ false, Strategy.DDD);
  }

  private ProtectConfig whole(String name) {
    return protect(name, List.of(), /* recursive= */ true, Strategy.FILESYSTEM);
  }

  private ProtectConfig protect(
      String name, List<String> excludes, boolean recursive, Strategy strategy) {
    return new ProtectConfig(
        stage.path(name),
        excludes.stream().map(exclude -> path(name) + "/" + exclude).toList(),
        List.of(),
        recursive,
        strategy);
  }

  private String path(String name) {
    return stage.path(name).toString();
  }
}
