package io.nacre.engine.watch.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.PathRules.Include;
import io.nacre.engine.watch.place.PlaceFinder.Found;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceFinderTest {
  /** No mount has it; a table can have one that covers nothing. */
  private static final long NO_MOUNT = 999_999_999;

  @TempDir Path directory;

  private Path srv;
  private Path disk;

  /** The number of the mount that all of this lies on. */
  private long here;

  @BeforeEach
  void makeDirectories() throws IOException {
    srv = Files.createDirectory(directory.resolve("srv"));
    disk = Files.createDirectory(srv.resolve("disk"));
    here = Places.mountOf(directory);
  }

  @Test
  void findsAnIncludePath() throws IOException {
    Found found = finder(true, srv).find(MountTable.read());

    assertThat(found.problems()).isEmpty();
    assertThat(found.places())
        .singleElement()
        .returns(path(srv), Place::path)
        .returns(MountTable.read().byId(here).orElseThrow(), Place::mount)
        .returns((Long) Files.getAttribute(srv, "unix:ino"), Place::inode)
        .returns(false, Place::isMountPoint);
  }

  @Test
  void findsAPlaceThatCanBeOpened() throws IOException {
    Place place = Places.at(srv);

    try (Directory opened = place.open()) {
      assertThat(opened.fd().isOpen()).isTrue();
    }
  }

  @Test
  void findsNoPlaceThatIsMistakenForAnotherAtTheSamePath() throws IOException {
    Place place = Places.at(srv);
    Files.move(srv, directory.resolve("elsewhere"));
    Files.createDirectory(srv);

    assertThatThrownBy(place::open)
        .isInstanceOf(ErrnoException.class)
        .returns(Errno.ENOENT, thrown -> ((ErrnoException) thrown).errno());
    assertThat(Places.at(srv)).isNotEqualTo(place);
  }

  @Test
  void saysWhatIsWrongWithAnIncludePath() throws IOException {
    Path none = directory.resolve("none");
    Path file = Files.writeString(directory.resolve("file"), "content");
    Path link = Files.createSymbolicLink(directory.resolve("link"), srv);

    Found found = finder(true, none, file, link, srv).find(MountTable.read());

    assertThat(found.problems())
        .isEqualTo(
            Map.of(
                path(none), "does not exist",
                path(file), "is not a directory",
                path(link), "is not a directory"));
    assertThat(found.places()).extracting(Place::path).containsExactly(path(srv));
  }

  @Test
  void findsWhatIsMountedBelow() {
    Found found = finder(true, srv).find(table(line(here, disk, "ext4")));

    assertThat(found.problems()).isEmpty();
    assertThat(found.places()).extracting(Place::path).containsExactly(path(srv), path(disk));
    assertThat(found.places()).extracting(Place::isMountPoint).containsExactly(false, true);
  }

  @Test
  void leavesOutWhatIsMountedBelowIfConfigured() {
    Found found = finder(false, srv).find(table(line(here, disk, "ext4")));

    assertThat(found.places()).extracting(Place::path).containsExactly(path(srv));
    assertThat(found.problems())
        .containsExactly(
            Map.entry(path(srv), disk + " is mounted there, and cross-mounts = false"));
  }

  @Test
  void doesNotMindPseudoFileSystems() {
    MountTable mounts = table(line(here, directory, "ext4"), line(NO_MOUNT, disk, "proc"));

    assertThat(finder(false, srv).find(mounts).problems()).isEmpty();
    assertThat(finder(true, srv).find(mounts).places()).hasSize(1);
  }

  @Test
  void doesNotMindWhatIsMountedInAnExcludedPlace() {
    PathRules rules = new PathRules(List.of(new Include(srv.toString(), List.of(disk.toString()))));
    MountTable mounts = table(line(here, disk, "ext4"));

    for (boolean crossMounts : new boolean[] {true, false}) {
      Found found = new PlaceFinder(rules, crossMounts).find(mounts);

      assertThat(found.places()).extracting(Place::path).containsExactly(path(srv));
      assertThat(found.problems()).isEmpty();
    }
  }

  @Test
  void passesOverAMountPointThatSomethingElseCovers() {
    MountTable mounts = table(line(here, directory, "ext4"), line(NO_MOUNT, disk, "ext4"));

    assertThat(finder(true, srv).find(mounts).places())
        .extracting(Place::path)
        .containsExactly(path(srv));
  }

  @Test
  void passesOverAMountPointThatIsGone() {
    Path gone = srv.resolve("gone");
    MountTable mounts = table(line(here, directory, "ext4"), line(NO_MOUNT, gone, "ext4"));

    Found found = finder(true, srv).find(mounts);

    assertThat(found.places()).extracting(Place::path).containsExactly(path(srv));
    assertThat(found.problems()).isEmpty();
  }

  @Test
  void doesNotFindWhatWasMountedAfterTheTableWasRead() {
    Found found = finder(true, srv).find(table(line(NO_MOUNT, disk, "ext4")));

    assertThat(found.places()).isEmpty();
    assertThat(found.problems()).containsOnlyKeys(path(srv));
  }

  @Test
  void takesAMountPointThatIsIncludedForAnInclude() {
    MountTable mounts = table(line(here, disk, "ext4"));

    for (PlaceFinder finder : List.of(finder(true, srv, disk), finder(true, disk, srv))) {
      assertThat(finder.find(mounts).places())
          .extracting(Place::isMountPoint)
          .containsExactly(false, false);
    }
  }

  @Test
  void doesNotComplainOfAnIncludeThatIsNotThereForWhatIsMountedBelow() {
    Path none = directory.resolve("none");

    Found found = finder(false, none).find(table(line(here, none.resolve("x"), "ext4")));

    assertThat(found.problems()).containsExactly(Map.entry(path(none), "does not exist"));
  }

  private static PlaceFinder finder(boolean crossMounts, Path... includes) {
    List<Include> rules =
        Stream.of(includes).map(path -> new Include(path.toString(), List.of())).toList();
    return new PlaceFinder(new PathRules(rules), crossMounts);
  }

  private static MountTable table(String... lines) {
    return MountTable.parse(String.join("\n", lines));
  }

  private static String line(long id, Path point, String type) {
    return "%d 1 8:1 / %s rw - %s source rw".formatted(id, point, type);
  }

  private static PathBytes path(Path path) {
    return PathBytes.of(path.toString());
  }
}
