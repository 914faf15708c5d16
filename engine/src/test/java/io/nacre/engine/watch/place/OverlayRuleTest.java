package io.nacre.engine.watch.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.watch.place.OverlayRule.Decision;
import io.nacre.engine.watch.place.OverlayRule.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OverlayRuleTest {
  private static final Mount DISK = mount(1, "8:1", "/", "/x", "ext4");
  private static final Mount BIND = mount(2, "8:1", "/b", "/y", "ext4");
  private static final Mount OTHER = mount(3, "8:2", "/", "/out", "ext4");
  private static final Mount MERGED = mount(4, "0:50", "/", "/x/a-merged", "overlay");
  private static final Mount UPON = mount(5, "0:51", "/", "/x/upon", "overlay");

  private final List<OverlayRule.Wanted> wanted = new ArrayList<>();
  private final Map<Mount, List<Overlays.Layer>> layers = new HashMap<>();
  private final List<PathRules.Include> includes = new ArrayList<>();

  @Test
  void marksAnOverlayNoneOfWhoseLayersIsMarked() {
    protect("/x/a-merged", MERGED, Strategy.DDD);
    protect("/x/c", DISK, Strategy.DDD);
    layers.put(MERGED, List.of(layer("/x/b/l", DISK), layer("/out/u", OTHER)));

    assertThat(decide("/x/a-merged")).isEqualTo(Decision.MARK_IT);
  }

  @Test
  void doesNotMarkAnOverlayThatSortsBeforeItsLayers() {
    protectOverlayAndDisk();
    layers.put(MERGED, List.of(layer("/x/b/l", DISK), layer("/x/b/u", DISK)));

    assertThat(decide("/x/a-merged")).isEqualTo(Decision.SEEN_BELOW);
    assertThat(decide("/x/b")).isEqualTo(Decision.MARK_IT);
  }

  @Test
  void leavesAGapWhereOneLayerIsMarkedAndAnotherIsNot() {
    protectOverlayAndDisk();
    layers.put(MERGED, List.of(layer("/out/lower", OTHER), layer("/x/b/u", DISK)));

    assertThat(decide("/x/a-merged").kind()).isEqualTo(Kind.GAP);
    assertThat(decide("/x/a-merged").problem()).contains("/out/lower is not protected");
  }

  @Test
  void leavesAGapWhereAPlaceIsOnlyAPartOfALayer() {
    protect("/x/a-merged", MERGED, Strategy.DDD);
    protect("/x/b/l/sub", DISK, Strategy.DDD);
    layers.put(MERGED, List.of(layer("/x/b/l", DISK)));

    assertThat(decide("/x/a-merged").kind()).isEqualTo(Kind.GAP);
  }

  @Test
  void leavesAGapWhereALayerIsExcluded() {
    protect("/x/a-merged", MERGED, Strategy.DDD);
    protect("/x/b", DISK, Strategy.DDD, "/x/b/l");
    layers.put(MERGED, List.of(layer("/x/b/l", DISK), layer("/x/b/u", DISK)));

    assertThat(decide("/x/a-merged").kind()).isEqualTo(Kind.GAP);
  }

  @Test
  void leavesAGapWhereSomethingIsMountedInALayer() {
    protectOverlayAndDisk();
    layers.put(
        MERGED, List.of(new Overlays.Layer(path("/x/b/l"), DISK, /* isPartlyHidden= */ true)));

    assertThat(decide("/x/a-merged").kind()).isEqualTo(Kind.GAP);
  }

  @Test
  void takesALayerForMarkedThroughABindMount() {
    protect("/x/a-merged", MERGED, Strategy.DDD);
    protect("/y", BIND, Strategy.DDD);
    layers.put(MERGED, List.of(layer("/x/b/l", DISK)));

    assertThat(decide("/x/a-merged").kind()).isEqualTo(Kind.GAP);
  }

  @Test
  void takesAFileSystemThatIsMarkedForSeenWhereverTheLayersAre() {
    protect("/x/a-merged", MERGED, Strategy.DDD);
    protect("/x/b", DISK, Strategy.FILESYSTEM, "/x/b/l");
    layers.put(MERGED, List.of(layer("/x/b/l", DISK), layer("/x/z/u", DISK)));

    assertThat(decide("/x/a-merged")).isEqualTo(Decision.SEEN_BELOW);
  }

  @Test
  void leavesAGapWhereTheLayersAreUnknownAndSomethingElseIsMarked() {
    protectOverlayAndDisk();

    assertThat(decide("/x/a-merged").kind()).isEqualTo(Kind.GAP);
    assertThat(decide("/x/a-merged").problem()).contains("it is not known where its layers are");
  }

  @Test
  void marksAnOverlayOfUnknownLayersIfNothingElseIsMarked() {
    protect("/x/a-merged", MERGED, Strategy.DDD);
    protect("/x/a-merged/sub", MERGED, Strategy.DDD);

    assertThat(decide("/x/a-merged")).isEqualTo(Decision.MARK_IT);
  }

  @Test
  void marksMountsWhateverIsBelow() {
    protect("/x/a-merged", MERGED, Strategy.MOUNT);
    protect("/x/b", DISK, Strategy.MOUNT);
    layers.put(MERGED, List.of(layer("/x/b/l", DISK)));

    assertThat(decide("/x/a-merged")).isEqualTo(Decision.MARK_IT);
  }

  @Test
  void seesAnOverlayOnAnOverlayThatIsMarked() {
    protect("/x/upon", UPON, Strategy.DDD);
    protect("/x/a-merged", MERGED, Strategy.FILESYSTEM);
    layers.put(UPON, List.of(layer("/x/a-merged/l", MERGED)));
    layers.put(MERGED, List.of(layer("/x/b/l", DISK)));

    assertThat(decide("/x/upon")).isEqualTo(Decision.SEEN_BELOW);
    assertThat(decide("/x/a-merged")).isEqualTo(Decision.MARK_IT);
  }

  @Test
  void leavesAGapOnAnOverlayWithAGap() {
    protect("/x/upon", UPON, Strategy.DDD);
    protectOverlayAndDisk();
    layers.put(UPON, List.of(layer("/x/a-merged/l", MERGED)));
    layers.put(MERGED, List.of(layer("/x/b/u", DISK), layer("/out/l", OTHER)));

    assertThat(decide("/x/upon").kind()).isEqualTo(Kind.GAP);
  }

  @Test
  void looksThroughAnOverlayThatIsNotProtected() {
    protect("/x/upon", UPON, Strategy.DDD);
    protect("/x/b", DISK, Strategy.DDD);
    layers.put(UPON, List.of(layer("/x/a-merged/l", MERGED)));
    layers.put(MERGED, List.of(layer("/x/b/u", DISK)));

    assertThat(decide("/x/upon")).isEqualTo(Decision.SEEN_BELOW);
  }

  /** Protects an overlay and a directory on the disk, each by marks on directories. */
  private void protectOverlayAndDisk() {
    protect("/x/a-merged", MERGED, Strategy.DDD);
    protect("/x/b", DISK, Strategy.DDD);
  }

  private Decision decide(String path) {
    Map<PathBytes, Decision> decided =
        OverlayRule.decide(
            wanted, mount -> Optional.ofNullable(layers.get(mount)), new PathRules(includes));
    return Optional.ofNullable(decided.get(path(path))).orElseThrow();
  }

  private void protect(String path, Mount mount, Strategy strategy, String... excludes) {
    wanted.add(new OverlayRule.Wanted(Places.nowhere(path, mount), strategy));
    includes.add(new PathRules.Include(path, List.of(excludes)));
  }

  private static Overlays.Layer layer(String path, Mount mount) {
    return new Overlays.Layer(path(path), mount, /* isPartlyHidden= */ false);
  }

  private static Mount mount(int id, String device, String root, String point, String type) {
    return new Mount(id, device, path(root), path(point), type, "");
  }

  private static PathBytes path(String path) {
    return PathBytes.of(path);
  }
}
