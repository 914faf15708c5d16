package io.nacre.engine.watch.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StrategyChoiceTest {

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Strategy.class,
      names = {"DDD", "FILESYSTEM"})
  void isWhatIsConfigured(Strategy configured) {
    for (String path : new String[] {"/", "/srv"}) {
      assertThat(StrategyChoice.of(configured, place(path, "overlay", "/", "/")))
          .isEqualTo(new StrategyChoice(configured, "configured"));
    }
  }

  @Test
  void saysWhatAMarkOnAMountDoesNotSee() {
    assertThat(StrategyChoice.of(Strategy.MOUNT, place("/srv", "ext4", "/", "/")))
        .isEqualTo(new StrategyChoice(Strategy.MOUNT, "opens through other mounts are not seen"));
  }

  @ParameterizedTest
  @CsvSource({"ext4, /", "overlay, /", "btrfs, /root"})
  void isTheFileSystemForTheWholeMachine(String type, String root) {
    assertThat(automatic(place("/", type, root, "/")))
        .isEqualTo(new StrategyChoice(Strategy.FILESYSTEM, "it is the whole machine"));
  }

  @ParameterizedTest
  @CsvSource({"/merged, /merged", "/merged/srv, /merged"})
  void isEachDirectoryOfAnOverlay(String path, String point) {
    assertThat(automatic(place(path, "overlay", "/", point)))
        .isEqualTo(new StrategyChoice(Strategy.DDD, "it is on an overlay"));
  }

  @Test
  void isTheFileSystemForAWholeOne() {
    assertThat(automatic(place("/srv", "ext4", "/", "/srv")))
        .isEqualTo(new StrategyChoice(Strategy.FILESYSTEM, "it is a whole file system"));
  }

  @Test
  void isEachDirectoryOfASmallPart() throws IOException {
    Files.createDirectories(directory.resolve("a/b/c"));

    assertThat(automatic(place(directory.toString(), "ext4", "/", "/")))
        .isEqualTo(
            new StrategyChoice(Strategy.DDD, "it is a part of a file system, and not large"));
  }

  @Test
  void isEachDirectoryOfABindMountOfASmallPart() {
    String path = directory.toString();

    assertThat(automatic(place(path, "ext4", "/elsewhere", path)).strategy())
        .isEqualTo(Strategy.DDD);
  }

  @Test
  void isEachDirectoryOfAPartThatIsGone() {
    assertThat(automatic(place(directory + "/none", "ext4", "/", "/")).strategy())
        .isEqualTo(Strategy.DDD);
  }

  @Test
  void doesNotCountFilesAndWhatLinksLeadTo() throws IOException {
    Path counted = Files.createDirectory(directory.resolve("counted"));
    for (int i = 0; i < 100; i++) {
      Files.createSymbolicLink(counted.resolve("link" + i), counted);
      Files.createFile(counted.resolve("file" + i));
    }

    assertThat(automatic(place(counted.toString(), "ext4", "/", "/")).strategy())
        .isEqualTo(Strategy.DDD);
  }

  private static StrategyChoice automatic(Place place) {
    return StrategyChoice.of(Strategy.AUTO, place);
  }

  private static Place place(String path, String type, String root, String point) {
    Mount mount = new Mount(1, "8:1", PathBytes.of(root), PathBytes.of(point), type, "rw");
    return Places.nowhere(path, mount);
  }
}
