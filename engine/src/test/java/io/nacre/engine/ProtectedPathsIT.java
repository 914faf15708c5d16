package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.ExpectedMarks;
import io.nacre.engine.fixture.InotifyWatches;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.Sysctl;
import io.nacre.engine.fixture.UncoveredView;
import io.nacre.engine.json.JsonObject;
import io.nacre.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of the protected paths themselves while each directory is marked. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProtectedPathsIT {
  private static final int MANY = 300;
  private static final int TOO_FEW = 100;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @Test
  void aRootThatIsDeletedAndMadeAgainIsProtectedAgain() throws IOException {
    mount.directory("tree/a/b");

    try (EngineProcess engine = start("tree")) {
      sh("rm -r tree; mkdir -p tree/c/d");
      awaitMarks(engine, "tree");
      assertDenied("tree/c/d");

      sh("rm -r tree");
      awaitMarks(engine, "tree");
      sh("mkdir tree");
      awaitMarks(engine, "tree");
      assertDenied("tree");
    }
  }

  @Test
  void nothingStaysMarkedWhenAnAncestorOfTheRootIsMovedAway() throws IOException {
    mount.directory("top/above/tree/a/b");

    try (EngineProcess engine = start("top/above/tree")) {
      sh("mv top elsewhere");
      awaitMarks(engine, "top/above/tree");
      assertAllowed("elsewhere/above/tree/a/b");
      engine.awaitStatus("the loss", status -> state(status).equals("missing"));
    }
  }

  @Test
  void aRootIsProtectedAgainWhenItsAncestorIsMovedBack() throws IOException {
    mount.directory("top/above/tree/a/b");

    try (EngineProcess engine = start("top/above/tree")) {
      sh("mv top elsewhere; mkdir -p elsewhere/above/tree/while/away; mv elsewhere/above/tree/a .");
      sh("mv elsewhere top");
      awaitMarks(engine, "top/above/tree");
      assertDenied("top/above/tree/while/away");
      assertAllowed("a/b");
      engine.awaitStatus("the return", status -> state(status).equals("protected"));
    }
  }

  @Test
  void anotherRootIsProtectedThatTakesThePlaceOfOneWhoseAncestorMoved() throws IOException {
    mount.directory("top/above/tree/a/b");

    try (EngineProcess engine = start("top/above/tree")) {
      sh("mv top elsewhere; mkdir -p top/above/tree/other");
      awaitMarks(engine, "top/above/tree");
      assertDenied("top/above/tree/other");
      assertAllowed("elsewhere/above/tree/a/b");
    }
  }

  @Test
  void aSymbolicLinkInThePlaceOfTheRootIsNotFollowed() throws IOException {
    mount.directory("tree/a");
    mount.directory("victim/b");

    try (EngineProcess engine = start("tree")) {
      sh("mv tree elsewhere; ln -s " + in("victim") + " tree");
      engine.awaitStatus("the loss", status -> state(status).equals("missing"));
      awaitMarks(engine, "tree");
      assertAllowed("victim/b");

      sh("rm tree; mv elsewhere tree");
      awaitMarks(engine, "tree");
      assertDenied("tree/a");
    }
  }

  @Test
  void aSymbolicLinkInThePlaceOfAnAncestorIsNotFollowed() throws IOException {
    mount.directory("top/tree/a");
    mount.directory("victim/tree/b");

    try (EngineProcess engine = start("top/tree")) {
      sh("mv top elsewhere; ln -s " + in("victim") + " top");
      awaitMarks(engine, "top/tree");
      assertAllowed("victim/tree/b");

      sh("rm top; mv elsewhere top");
      awaitMarks(engine, "top/tree");
      assertDenied("top/tree/a");
    }
  }

  @Test
  void aPathInsideAnotherIsProtectedOnce() throws IOException {
    mount.directory("tree/inner/a");

    try (EngineProcess engine = start("tree", "tree/inner")) {
      awaitMarks(engine, "tree");
      assertAllStates(engine, "protected");
      assertDenied("tree/inner/a");

      sh("mv tree/inner elsewhere; mkdir tree/inner");
      awaitMarks(engine, "tree");
      assertDenied("tree/inner");
      assertAllowed("elsewhere/a");
      engine.awaitStatus("both", status -> states(status).allMatch("protected"::equals));
    }
  }

  @Test
  void aPathInsideAnotherStaysProtectedWhenTheOtherIsGiven() throws IOException {
    mount.directory("tree/inner/a");

    try (EngineProcess engine = start("tree/inner", "tree")) {
      sh("mkdir -p tree/inner/b tree/c; mv tree/inner/a tree/a");
      awaitMarks(engine, "tree");
      assertDenied("tree/inner/b");
      assertDenied("tree/a");
      engine.awaitStatus("both", status -> states(status).allMatch("protected"::equals));
    }
  }

  @Test
  void theSamePathTwiceIsProtectedOnce() throws IOException {
    mount.directory("tree/a");

    try (EngineProcess engine = start("tree", "tree")) {
      sh("mkdir tree/b");
      awaitMarks(engine, "tree");
      assertAllStates(engine, "protected");
      assertDenied("tree/a");
      assertDenied("tree/b");
    }
  }

  @Test
  void aFileSystemMountedInTheTreeLaterIsProtectedAndWhatItCoveredAfterwards() throws IOException {
    mount.directory("tree/point/below");

    try (EngineProcess engine = start("tree")) {
      sh("mount -t tmpfs nested tree/point; mkdir -p tree/point/a/b");
      awaitMarksUnderMounts(engine, "tree");
      assertDenied("tree/point");
      assertDenied("tree/point/a/b");

      unmount("tree/point");
      sh("mkdir tree/point/below/new");
      awaitMarks(engine, "tree");
      assertDenied("tree/point/below");
      assertDenied("tree/point/below/new");
    }
  }

  @Test
  void aBindMountInTheTreeIsProtectedAsLongAsItIsThere() throws IOException {
    mount.directory("tree/point/below");
    mount.directory("outside/a/b");

    try (EngineProcess engine = start("tree")) {
      sh("mount --bind outside tree/point; mkdir outside/a/later");
      awaitMarksUnderMounts(engine, "tree");
      assertDenied("tree/point/a/b");
      assertDenied("tree/point/a/later");

      unmount("tree/point");
      awaitMarks(engine, "tree");
      assertAllowed("outside/a/b");
      assertDenied("tree/point/below");
    }
  }

  @Test
  void aMountThatMovesWithItsDirectoryStaysProtectedUntilItIsOutside() throws IOException {
    mount.directory("tree/a/point");
    mount.directory("outside");

    try (EngineProcess engine = start("tree")) {
      sh("mount -t tmpfs nested tree/a/point; mkdir tree/a/point/b; mv tree/a tree/c");
      awaitMarksUnderMounts(engine, "tree");
      assertDenied("tree/c/point/b");

      sh("mv tree/c outside/c");
      awaitMarks(engine, "tree");
      assertAllowed("outside/c/point/b");
      unmount("outside/c/point");
    }
  }

  @Test
  void aDirectoryMayBecomeAFileOfTheSameNameAndADirectoryAgain() throws IOException {
    mount.directory("tree/a/b");

    try (EngineProcess engine = start("tree")) {
      sh("rm -r tree/a");
      PrivateMount.writeEicar(in("tree/a"));
      awaitMarks(engine, "tree");
      assertThat(Opener.open(in("tree/a")).wasDenied()).isTrue();

      sh("rm tree/a; mkdir -p tree/a/b");
      awaitMarks(engine, "tree");
      assertDenied("tree/a/b");
    }
  }

  @Tag("alone")
  @Test
  void saysWhatItCannotWatchAndTakesItWhenRoomAppears() throws IOException, ErrnoException {
    sh("mkdir tree; cd tree; mkdir $(seq " + MANY + ")");

    try (Sysctl limit = Sysctl.of("fs.inotify.max_user_watches")) {
      limit.set(InotifyWatches.used(limit, mount.outside()) + TOO_FEW);
      try (EngineProcess engine = start("tree")) {
        engine.awaitStatus("the coverage gap", status -> state(status).equals("partial"));
        assertThat(problems(engine.status())).contains("fs.inotify.max_user_watches");

        limit.restore();
        awaitMarks(engine, "tree");
        engine.awaitStatus("room", status -> state(status).equals("protected"));
        assertThat(problems(engine.status())).isEmpty();
        assertDenied("tree/" + MANY);
      }
    }
  }

  @Test
  void subvolumesOfBtrfsAreProtectedLikeDirectories() throws IOException {
    try (PrivateMount btrfs = PrivateMount.mount("btrfs")) {
      Path before = btrfs.directory("tree").resolve("before");
      Path later = before.resolveSibling("later");
      Path outside = btrfs.root().resolve("moved-out");
      Opener.sh("btrfs -q subvolume create " + before);

      try (EngineProcess engine = start(btrfs, "tree")) {
        assertThat(openEicarIn(before).wasDenied()).isTrue();
        Opener.sh("btrfs -q subvolume create " + later);
        engine.awaitDirectories(3);
        assertThat(openEicarIn(later).wasDenied()).isTrue();
        Opener.sh("mv " + before + " " + outside);
        engine.awaitDirectories(2);
        assertThat(Opener.open(outside.resolve("eicar")).succeeded()).isTrue();
      }
    }
  }

  private EngineProcess start(String... includes) throws IOException {
    return start(mount, includes);
  }

  private static EngineProcess start(PrivateMount mount, String... includes) throws IOException {
    String protect =
        Stream.of(includes)
            .map(include -> "\"" + mount.root().resolve(include) + "\"")
            .collect(Collectors.joining(", ", "protect = [", "]"));
    return EngineProcess.start(mount, protect, "strategy = ddd", "clamd.endpoints = [embedded]");
  }

  private void awaitMarks(EngineProcess engine, String include) throws IOException {
    ExpectedMarks.on(mount, List.of(include), List.of()).await(engine);
  }

  private void awaitMarksUnderMounts(EngineProcess engine, String include) throws IOException {
    try (UncoveredView bare = UncoveredView.of(mount)) {
      ExpectedMarks.on(mount, bare, List.of(include), List.of()).await(engine);
    }
  }

  private void assertDenied(String directory) {
    assertThat(openEicarIn(in(directory)).wasDenied()).as(directory).isTrue();
  }

  private void assertAllowed(String directory) {
    assertThat(openEicarIn(in(directory)).succeeded()).as(directory).isTrue();
  }

  private static Opener.Outcome openEicarIn(Path directory) {
    Path file = directory.resolve("eicar");
    PrivateMount.writeEicar(file);
    return Opener.open(file);
  }

  private void sh(String script) {
    Opener.Outcome outcome = Opener.sh("cd " + mount.root() + "; set -e; " + script);
    assertThat(outcome.succeeded()).as(script + ": " + outcome.output()).isTrue();
  }

  /** A file that was opened there may be held for another moment, not longer. */
  private void unmount(String point) {
    await("umount " + point).until(() -> Opener.sh("umount " + in(point)).succeeded());
  }

  private Path in(String name) {
    return mount.root().resolve(name);
  }

  private static void assertAllStates(EngineProcess engine, String state) {
    assertThat(states(engine.status())).isNotEmpty().allMatch(state::equals);
  }

  private static Stream<String> states(JsonObject status) {
    return status.getObjects("protected").stream().map(path -> path.getString("state"));
  }

  private static String state(JsonObject status) {
    return status.getObjects("protected").get(0).getString("state");
  }

  private static String problems(JsonObject status) {
    return status.getObjects("protected").stream()
        .flatMap(path -> path.getStrings("problems").stream())
        .collect(Collectors.joining("\n"));
  }
}
