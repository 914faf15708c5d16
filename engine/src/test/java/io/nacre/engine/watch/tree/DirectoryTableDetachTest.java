package io.nacre.engine.watch.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that are nowhere for a while, and what can be asked of a whole tree. */
class DirectoryTableDetachTest {
  private static final int NONE = DirectoryTable.NONE;

  private final DirectoryTable table = new DirectoryTable();
  private final int root = table.add(NONE, bytes("/srv"), 1);
  private final int a = table.add(root, bytes("a"), 2);
  private final int b = table.add(a, bytes("b"), 3);
  private final int c = table.add(b, bytes("c"), 4);

  @Test
  void isAttachedAsLongAsARootIsAbove() {
    assertThat(IntStream.of(root, a, b, c)).allMatch(table::isAttached);
  }

  @Test
  void isNowhereWithAllBelowItWhenItIsDetached() {
    table.detach(b);

    assertThat(IntStream.of(b, c)).noneMatch(table::isAttached);
    assertThat(IntStream.of(root, a)).allMatch(table::isAttached);
    assertThat(table.child(a, bytes("b"))).isEqualTo(NONE);
    assertThat(table.parent(b)).isEqualTo(NONE);
    assertThat(table.top(c)).isEqualTo(b);
    assertThat(table.descendants(root)).containsExactly(root, a);
  }

  @Test
  void keepsWhatIsDetachedUntilItIsRemoved() {
    table.detach(b);

    assertThat(table.size()).isEqualTo(4);
    assertThat(table.byWd(3)).isEqualTo(b);
    assertThat(table.byWd(4)).isEqualTo(c);
    assertThat(table.descendants(b)).containsExactly(b, c);
    assertThat(wds()).containsExactlyInAnyOrder(1, 2, 3, 4);
  }

  @Test
  void isAttachedAgainWhenItMoves() {
    table.detach(b);

    table.move(b, root, bytes("found"));

    assertThat(table.isAttached(c)).isTrue();
    assertThat(path(c)).isEqualTo("/srv/found/c");
    assertThat(table.child(root, bytes("found"))).isEqualTo(b);
  }

  @Test
  void movesBelowNothingThatWentWithIt() {
    table.detach(b);

    assertThatThrownBy(() -> table.move(b, c, bytes("x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table.move(b, b, bytes("x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isDetachedTwiceAsOnce() {
    table.detach(b);

    table.detach(b);

    assertThat(table.isAttached(b)).isFalse();
    assertThat(table.children(b)).containsExactly(c);
    assertThat(table.size()).isEqualTo(4);
  }

  @Test
  void makesRoomForAnotherOfTheSameName() {
    table.detach(b);

    int other = table.add(a, bytes("b"), 5);

    assertThat(table.child(a, bytes("b"))).isEqualTo(other);
    assertThat(table.isAttached(other)).isTrue();
    assertThat(table.isAttached(b)).isFalse();
  }

  @Test
  void canBeDetachedAsARoot() {
    table.detach(root);

    assertThat(IntStream.of(root, a, b, c)).noneMatch(table::isAttached);
    assertThat(table.count(root)).isEqualTo(4);
  }

  @Test
  void isRemovedWhileItIsDetached() {
    table.detach(c);

    table.remove(c);

    assertThat(table.byWd(4)).isEqualTo(NONE);
    assertThat(table.size()).isEqualTo(3);
    assertThat(wds()).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void becomesTheRootOfItsTree() {
    table.makeRoot(b, bytes("/srv/a/b"));

    assertThat(table.parent(b)).isEqualTo(NONE);
    assertThat(table.isAttached(c)).isTrue();
    assertThat(path(b)).isEqualTo("/srv/a/b");
    assertThat(path(c)).isEqualTo("/srv/a/b/c");
    assertThat(table.top(c)).isEqualTo(b);
    assertThat(table.child(a, bytes("b"))).isEqualTo(NONE);
    assertThat(table.count(root)).isEqualTo(2);
  }

  @Test
  void becomesARootAfterItWasDetached() {
    table.detach(root);

    table.makeRoot(root, bytes("/home"));

    assertThat(IntStream.of(root, a, b, c)).allMatch(table::isAttached);
    assertThat(path(c)).isEqualTo("/home/a/b/c");
  }

  @ParameterizedTest
  @CsvSource({"'', /srv", "a, /srv/a", "a/b, /srv/a/b", "a/b/c, /srv/a/b/c"})
  void isFoundByItsPath(String relative, String path) {
    assertThat(path(table.find(root, bytes(relative)))).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a/x", "a/x/c", "b", "a/b/c/d", "a//b", "/a"})
  void isNotFoundWhereItIsNot(String relative) {
    assertThat(table.find(root, bytes(relative))).isEqualTo(NONE);
  }

  @Test
  void isNotFoundWhileItIsDetached() {
    table.detach(b);

    assertThat(table.find(root, bytes("a/b"))).isEqualTo(NONE);
    assertThat(table.find(root, bytes("a/b/c"))).isEqualTo(NONE);
    assertThat(table.find(b, bytes("c"))).isEqualTo(c);
  }

  @Test
  void hasTheDirectoriesRightBelowItForChildren() {
    int d = table.add(a, bytes("d"), 5);
    int e = table.add(a, bytes("e"), 6);

    assertThat(table.children(a)).containsExactlyInAnyOrder(b, d, e);
    table.detach(d);
    assertThat(table.children(a)).containsExactlyInAnyOrder(b, e);
    assertThat(table.children(c)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/, x, /x", "/srv, x, /srv/x"})
  void saysWhichPathANameHas(String top, String name, String path) {
    int other = table.add(NONE, bytes(top), 9);

    assertThat(table.pathOf(other, bytes(name))).isEqualTo(bytes(path));
    int below = table.add(other, bytes(name), 10);
    assertThat(table.pathOf(below, bytes("y"))).isEqualTo(bytes(path + "/y"));
  }

  @Test
  void hasNoWdOfWhatWasRemovedEvenIfItsNodeIsUsedAgain() {
    table.remove(c);
    assertThat(wds()).containsExactlyInAnyOrder(1, 2, 3);

    table.add(root, bytes("again"), 7);

    assertThat(wds()).containsExactlyInAnyOrder(1, 2, 3, 7);
  }

  @Test
  void countsADirectoryAndAllBelowIt() {
    table.add(a, bytes("d"), 5);

    assertThat(table.count(c)).isEqualTo(1);
    assertThat(table.count(b)).isEqualTo(2);
    assertThat(table.count(a)).isEqualTo(4);
    assertThat(table.count(root)).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void countsAsManyAsThereAreWhateverHappened(long seed) {
    Random random = new Random(seed);
    List<Integer> nodes = new ArrayList<>(List.of(root, a, b, c));
    int wd = 10;
    for (int step = 0; step < 1_000; step++) {
      int node = nodes.get(random.nextInt(nodes.size()));
      int other = nodes.get(random.nextInt(nodes.size()));
      switch (random.nextInt(6)) {
        case 0 -> table.detach(node);
        case 1 -> table.makeRoot(node, bytes("/root" + step));
        case 2 -> {
          if (!table.isBelow(other, node)) {
            table.move(node, other, bytes("m" + step));
          }
        }
        case 3 -> {
          if (table.children(node).isEmpty()) {
            table.remove(node);
            nodes.remove((Integer) node);
            nodes.add(table.add(NONE, bytes("/new" + step), wd++));
          }
        }
        default -> nodes.add(table.add(node, bytes("n" + step), wd++));
      }

      int asked = nodes.get(random.nextInt(nodes.size()));
      assertThat(table.count(asked)).isEqualTo(countOneByOne(asked));
      assertThat(table.descendants(asked)).hasSize(table.count(asked));
    }
    IntStream tops = nodes.stream().mapToInt(node -> node).filter(n -> table.parent(n) == NONE);
    assertThat(tops.map(table::count).sum()).isEqualTo(table.size());
    assertThat(wds()).hasSize(table.size()).doesNotHaveDuplicates();
  }

  private int countOneByOne(int node) {
    return 1 + table.children(node).stream().mapToInt(this::countOneByOne).sum();
  }

  private String path(int node) {
    return new String(table.path(node), UTF_8);
  }

  private static byte[] bytes(String name) {
    return name.getBytes(UTF_8);
  }

  private int[] wds() {
    return Arrays.stream(table.nodes()).map(table::wd).toArray();
  }
}
