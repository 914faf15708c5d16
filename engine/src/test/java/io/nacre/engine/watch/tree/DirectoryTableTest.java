package io.nacre.engine.watch.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryTableTest {
  private static final int NONE = DirectoryTable.NONE;

  private final DirectoryTable table = new DirectoryTable();

  @Test
  void hasARootWithItsWholePath() {
    int root = table.add(NONE, bytes("/srv"), 1);

    assertThat(table.size()).isEqualTo(1);
    assertThat(path(root)).isEqualTo("/srv");
    assertThat(table.top(root)).isEqualTo(root);
    assertThat(table.byWd(1)).isEqualTo(root);
    assertThat(table.descendants(root)).containsExactly(root);
  }

  @Test
  void hasSeveralTrees() {
    int srv = table.add(NONE, bytes("/srv"), 1);
    int home = table.add(NONE, bytes("/home"), 2);
    int a = table.add(srv, bytes("a"), 3);
    int b = table.add(home, bytes("a"), 4);

    assertThat(table.top(a)).isEqualTo(srv);
    assertThat(table.top(b)).isEqualTo(home);
    assertThat(path(b)).isEqualTo("/home/a");
    assertThat(table.descendants(srv)).containsExactly(srv, a);
    table.move(a, home, bytes("moved"));
    assertThat(table.top(a)).isEqualTo(home);
    assertThat(path(a)).isEqualTo("/home/moved");
    assertThat(table.descendants(srv)).containsExactly(srv);
    assertThat(table.descendants(home)).containsExactlyInAnyOrder(home, a, b);
  }

  @Test
  void putsPathsTogether() {
    int root = table.add(NONE, bytes("/srv"), 1);
    int a = table.add(root, bytes("a"), 2);
    int b = table.add(a, bytes("b"), 3);

    assertThat(path(a)).isEqualTo("/srv/a");
    assertThat(path(b)).isEqualTo("/srv/a/b");
  }

  @Test
  void putsPathsBelowTheRootDirectoryTogether() {
    int root = table.add(NONE, bytes("/"), 1);
    int a = table.add(root, bytes("a"), 2);
    int b = table.add(a, bytes("b"), 3);

    assertThat(path(root)).isEqualTo("/");
    assertThat(path(a)).isEqualTo("/a");
    assertThat(path(b)).isEqualTo("/a/b");
  }

  @Test
  void keepsNamesThatAreNotUtf8() {
    byte[] latin1 = "caf\u00e9".getBytes(ISO_8859_1);
    int root = table.add(NONE, bytes("/srv"), 1);
    int node = table.add(root, latin1, 2);

    assertThat(table.child(root, latin1)).isEqualTo(node);
    assertThat(table.child(root, bytes("caf\u00e9"))).isEqualTo(NONE);
    assertThat(table.path(node)).isEqualTo("/srv/caf\u00e9".getBytes(ISO_8859_1));
  }

  @Test
  void tellsTheSameNameInTwoDirectoriesApart() {
    int root = table.add(NONE, bytes("/srv"), 1);
    int a = table.add(root, bytes("a"), 2);
    int x = table.add(root, bytes("x"), 3);
    int xOfA = table.add(a, bytes("x"), 4);

    assertThat(table.child(root, bytes("x"))).isEqualTo(x);
    assertThat(table.child(a, bytes("x"))).isEqualTo(xOfA);
    assertThat(table.child(xOfA, bytes("x"))).isEqualTo(NONE);
  }

  @Test
  void takesAllBelowADirectoryAlongWhenItMoves() {
    int root = table.add(NONE, bytes("/srv"), 1);
    int a = table.add(root, bytes("a"), 2);
    int b = table.add(a, bytes("b"), 3);
    int c = table.add(b, bytes("c"), 4);

    table.move(b, root, bytes("moved"));

    assertThat(path(c)).isEqualTo("/srv/moved/c");
    assertThat(table.child(a, bytes("b"))).isEqualTo(NONE);
    assertThat(table.child(root, bytes("moved"))).isEqualTo(b);
    assertThat(table.descendants(a)).containsExactly(a);
    assertThat(table.descendants(b)).containsExactly(b, c);
    assertThat(table.byWd(4)).isEqualTo(c);
    assertThat(table.size()).isEqualTo(4);
  }

  @Test
  void removesNoDirectoryWithOthersBelowIt() {
    int root = table.add(NONE, bytes("/srv"), 1);
    table.add(root, bytes("a"), 2);

    assertThatThrownBy(() -> table.remove(root)).isInstanceOf(IllegalArgumentException.class);
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void forgetsWhatIsRemoved() {
    int root = table.add(NONE, bytes("/srv"), 1);
    int a = table.add(root, bytes("a"), 2);

    table.remove(a);

    assertThat(table.byWd(2)).isEqualTo(NONE);
    assertThat(table.child(root, bytes("a"))).isEqualTo(NONE);
    assertThat(table.descendants(root)).containsExactly(root);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void takesARootAgainThatWasRemoved() {
    int root = table.add(NONE, bytes("/srv"), 1);
    table.remove(root);

    int again = table.add(NONE, bytes("/srv"), 7);

    assertThat(table.byWd(7)).isEqualTo(again);
    assertThat(table.byWd(1)).isEqualTo(NONE);
    assertThat(table.size()).isEqualTo(1);
  }

  /** What a directory is in the model: parent, name and wd. */
  private record Directory(int parent, String name, int wd) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void agreesWithAModelOnAnyAddsMovesAndRemoves(long seed) {
    Random random = new Random(seed);
    Map<Integer, Directory> model = new HashMap<>();
    int nextWd = 1;
    for (String root : List.of("/srv", "/home", "/")) {
      model.put(table.add(NONE, bytes(root), nextWd), new Directory(NONE, root, nextWd++));
    }

    for (int step = 0; step < 5_000; step++) {
      List<Integer> nodes = new ArrayList<>(model.keySet());
      int node = nodes.get(random.nextInt(nodes.size()));
      String name = "d" + random.nextInt(30);
      boolean taken = table.child(node, bytes(name)) != NONE;

      assertThat(taken).isEqualTo(isTaken(model, node, name));
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          if (!taken && model.size() < 400) {
            int added = table.add(node, bytes(name), nextWd);
            assertThat(model).doesNotContainKey(added);
            model.put(added, new Directory(node, name, nextWd++));
          }
        }
        case 2 -> { // also from tree to tree
          int moved = nodes.get(random.nextInt(nodes.size()));
          if (!taken && of(model, moved).parent() != NONE && !isBelow(model, node, moved)) {
            table.move(moved, node, bytes(name));
            model.put(moved, new Directory(node, name, of(model, moved).wd()));
          }
        }
        default -> {
          if (of(model, node).parent() != NONE
              && model.values().stream().noneMatch(d -> d.parent() == node)) {
            table.remove(node);
            assertThat(table.byWd(of(model, node).wd())).isEqualTo(NONE);
            model.remove(node);
          }
        }
      }
      if (step % 500 == 0) {
        assertAgreesWith(model);
      }
    }
    assertAgreesWith(model);
  }

  private void assertAgreesWith(Map<Integer, Directory> model) {
    assertThat(table.size()).isEqualTo(model.size());
    model.forEach(
        (node, directory) -> {
          assertThat(table.wd(node)).isEqualTo(directory.wd());
          assertThat(table.byWd(directory.wd())).isEqualTo(node);
          assertThat(path(node)).isEqualTo(path(model, node));
          assertThat(table.top(node)).isEqualTo(top(model, node));
          assertThat(table.child(directory.parent(), bytes(directory.name())))
              .isEqualTo(directory.parent() == NONE ? NONE : node);
          List<Integer> below = table.descendants(node);
          assertThat(below).doesNotHaveDuplicates().startsWith(node);
          assertThat(below)
              .containsExactlyInAnyOrderElementsOf(
                  model.keySet().stream().filter(other -> isBelow(model, other, node)).toList());
          for (int i = 1; i < below.size(); i++) {
            assertThat(below.subList(0, i)).contains(of(model, below.get(i)).parent());
          }
        });
  }

  private static int top(Map<Integer, Directory> model, int node) {
    int parent = of(model, node).parent();
    return parent == NONE ? node : top(model, parent);
  }

  private static boolean isTaken(Map<Integer, Directory> model, int parent, String name) {
    return model.values().stream().anyMatch(d -> d.parent() == parent && d.name().equals(name));
  }

  private static boolean isBelow(Map<Integer, Directory> model, int node, int above) {
    for (int at = node; at != NONE; at = of(model, at).parent()) {
      if (at == above) {
        return true;
      }
    }
    return false;
  }

  private static String path(Map<Integer, Directory> model, int node) {
    Directory directory = of(model, node);
    if (directory.parent() == NONE) {
      return directory.name();
    }
    String above = path(model, directory.parent());
    return (above.equals("/") ? "" : above) + "/" + directory.name();
  }

  private static Directory of(Map<Integer, Directory> model, int node) {
    return Objects.requireNonNull(model.get(node));
  }

  private String path(int node) {
    return new String(table.path(node), UTF_8);
  }

  private static byte[] bytes(String name) {
    return name.getBytes(UTF_8);
  }
}
