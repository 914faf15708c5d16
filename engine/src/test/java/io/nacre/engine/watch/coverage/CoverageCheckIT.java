package io.nacre.engine.watch.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.Places;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the check sees in marks that the test places; of a group that blocks no open. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoverageCheckIT {
  private static final long EVENTS = FanotifyMask.FAN_OPEN;
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** Nothing else changes anything here. */
  private static final List<Duration> PAUSES = List.of(Duration.ofMillis(1), Duration.ofMillis(1));

  private final Coverage coverage = new Coverage();
  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private FanotifyGroup group;
  private Marks marks;

  @BeforeEach
  void prepare() throws IOException {
    group = FanotifyGroup.open(FanotifyGroup.Kind.NOTIFICATION);
    marks = new Marks(group, EVENTS);
    mount.directory("tree/a/b");
    mount.directory("tree/c");
    mount.directory("outside");
  }

  @AfterEach
  void end() throws IOException {
    group.close();
  }

  @Test
  void holdsWhenEveryDirectoryCarriesAMark() throws IOException {
    mark("tree", "tree/a", "tree/a/b", "tree/c");

    CoverageReport report = check(Strategy.DDD);

    assertThat(report.isComplete()).isTrue();
    assertThat(report.orphanCount()).isZero();
    assertThat(report.places())
        .containsExactly(new CoverageReport.Checked(in("tree"), 4, List.of(), 0));
  }

  @Test
  void findsADirectoryWithoutAMark() throws IOException {
    mark("tree", "tree/a", "tree/c");

    CoverageReport report = check(Strategy.DDD);

    assertThat(report.isComplete()).isFalse();
    assertThat(report.places().get(0).gaps()).containsExactly(in("tree/a/b") + ": no mark");
  }

  @Test
  void countsMoreThanItShows() throws IOException {
    for (int i = 0; i < 1_500; i++) {
      mount.directory("tree/many/" + i);
    }
    mark("tree", "tree/a", "tree/a/b", "tree/c", "tree/many");

    CoverageReport.Checked tree = check(Strategy.DDD).places().get(0);

    assertThat(tree.gapCount()).isEqualTo(1_500);
    assertThat(tree.gaps()).hasSize(20);
    assertThat(tree.directories()).isEqualTo(1_505);
  }

  @Test
  void takesAMarkForOtherEventsForNone() throws IOException {
    mark("tree", "tree/a", "tree/c");
    try (Directory directory = open("tree/a/b")) {
      group.mark(
          MarkType.INODE,
          FanotifyMask.FAN_CLOSE_WRITE | FanotifyMask.FAN_EVENT_ON_CHILD,
          directory.fd());
    }

    assertThat(check(Strategy.DDD).places().get(0).gapCount()).isEqualTo(1);
  }

  @Test
  void takesAMarkThatOnlyIgnoresNeitherForProtectionNorForAnOrphan() throws IOException {
    mark("tree", "tree/a", "tree/c");
    for (String name : List.of("tree/a/b", "outside")) {
      try (Directory directory = open(name)) {
        group.setLastingIgnoreMark(
            MarkType.INODE, EVENTS | FanotifyMask.FAN_EVENT_ON_CHILD, directory.fd());
      }
    }

    CoverageReport report = check(Strategy.DDD);

    assertThat(report.places().get(0).gaps()).containsExactly(in("tree/a/b") + ": no mark");
    assertThat(report.orphanCount()).isZero();
  }

  @Test
  void findsADirectoryThatAnIgnoreMarkSilences() throws IOException {
    try (Directory tree = open("tree");
        Directory silenced = open("tree/a/b");
        Directory excluded = open("tree/c");
        Directory outside = open("outside")) {
      marks.addWhole(MarkType.FILESYSTEM, tree.fd());
      for (Directory each : List.of(silenced, excluded, outside)) {
        marks.ignoreDirectory(each.fd());
      }
    }

    CoverageReport report = check(Strategy.FILESYSTEM, in("tree/c"));

    assertThat(report.isComplete()).isFalse();
    assertThat(report.others())
        .containsExactly(in("tree/a/b") + ": an ignore mark keeps its opens away");
  }

  @Test
  void findsAMarkOutside() throws IOException {
    mark("tree", "tree/a", "tree/a/b", "tree/c", "outside");

    CoverageReport report = check(Strategy.DDD);

    assertThat(report.isComplete()).isTrue();
    assertThat(report.orphans()).containsExactly(in("outside"));
  }

  @Test
  void findsAMarkOnAnExcludedDirectory() throws IOException {
    mark("tree", "tree/a", "tree/a/b", "tree/c");

    CoverageReport report = check(Strategy.DDD, in("tree/a"));

    assertThat(report.places().get(0).directories()).isEqualTo(2);
    assertThat(report.orphans()).containsExactly(in("tree/a"), in("tree/a/b"));
  }

  @Test
  void doesNotAskForMarksOnWhatIsExcluded() throws IOException {
    mark("tree", "tree/c");

    assertThat(check(Strategy.DDD, in("tree/a")).isComplete()).isTrue();
  }

  @Test
  void leavesAMarkAloneThatAMountHides() throws IOException {
    mark("tree", "tree/a", "tree/a/b", "tree/c");
    sh("mount -t tmpfs hides tree/a");

    CoverageReport report = check(Strategy.DDD);

    assertThat(report.orphanCount()).isZero();
    assertThat(report.places().get(0).gaps()).isEmpty();
    assertThat(report.others()).containsExactly(in("tree/a") + ": is there, and not followed");
  }

  @Test
  void findsDirectoriesThatAreDeeperThanAPathMayBeLong() throws IOException {
    sh(
        "cd tree; d=$(printf %0200d 0); for i in $(seq 100);"
            + " do mkdir $d && cd -P $d || exit 1; done");
    mark("tree", "tree/a", "tree/a/b", "tree/c");

    CoverageReport.Checked tree = check(Strategy.DDD).places().get(0);

    assertThat(tree.directories()).isEqualTo(104);
    assertThat(tree.gapCount()).isEqualTo(100);
  }

  @Test
  void followsNoSymbolicLink() throws IOException {
    mark("tree", "tree/a", "tree/a/b", "tree/c");
    Files.createSymbolicLink(Path.of(in("tree/link")), Path.of(in("outside")));

    assertThat(check(Strategy.DDD).isComplete()).isTrue();
  }

  @Test
  void findsAFileSystemWithoutItsMark() throws IOException {
    assertThat(check(Strategy.FILESYSTEM).places().get(0).gaps())
        .containsExactly(in("tree") + ": its file system has no mark");
    try (Directory tree = open("tree")) {
      marks.addWhole(MarkType.FILESYSTEM, tree.fd());
    }

    assertThat(check(Strategy.FILESYSTEM).isComplete()).isTrue();
  }

  @Test
  void findsAMountWithoutItsMark() throws IOException {
    assertThat(check(Strategy.MOUNT).places().get(0).gaps())
        .containsExactly(in("tree") + ": its mount has no mark");
    try (Directory tree = open("tree")) {
      marks.addWhole(MarkType.MOUNT, tree.fd());
    }

    assertThat(check(Strategy.MOUNT).isComplete()).isTrue();
  }

  @Test
  void findsAPathThatIsNotFollowed() throws IOException {
    CoverageReport report = CoverageCheck.run(scope(), LONGEST, PAUSES);

    assertThat(report.isComplete()).isFalse();
    assertThat(report.others()).containsExactly(in("tree") + ": is there, and not followed");
  }

  @Test
  void saysThatItDidNotFinish() throws IOException {
    for (int i = 0; i < 600; i++) {
      mount.directory("tree/many/" + i);
    }
    place(Strategy.DDD);

    CoverageReport report = CoverageCheck.run(scope(), Duration.ZERO, PAUSES);

    assertThat(report.finished()).isFalse();
    assertThat(report.isComplete()).isFalse();
    assertThat(report.places().get(0).directories()).isLessThan(600);
  }

  private CoverageReport check(Strategy strategy, String... excludes) throws IOException {
    place(strategy);
    return CoverageCheck.run(scope(excludes), LONGEST, PAUSES);
  }

  private void place(Strategy strategy) throws IOException {
    Place place = Places.at(Path.of(in("tree")));
    coverage.setPlaces(List.of(new Coverage.Watched(place, Optional.of(strategy))));
  }

  private CoverageCheck.Scope scope(String... excludes) {
    return new CoverageCheck.Scope(
        marks, rules(excludes), /* crossMounts= */ true, coverage, System::nanoTime);
  }

  private PathRules rules(String... excludes) {
    return new PathRules(List.of(new PathRules.Include(in("tree"), List.of(excludes))));
  }

  private void mark(String... names) throws IOException {
    for (String name : names) {
      try (Directory directory = open(name)) {
        marks.addDirectory(directory.fd());
      }
    }
  }

  private Directory open(String name) throws IOException {
    return Directory.open(in(name).getBytes(StandardCharsets.UTF_8));
  }

  private void sh(String script) {
    Opener.Outcome outcome = Opener.sh("cd " + mount.root() + "; set -e; " + script);
    assertThat(outcome.succeeded()).as(script + ": " + outcome.output()).isTrue();
  }

  private String in(String name) {
    return mount.root().resolve(name).toString();
  }
}
