package io.nacre.engine.watch.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.Strategy;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.coverage.Coverage.Entry;
import io.nacre.engine.watch.coverage.Coverage.State;
import io.nacre.engine.watch.place.Mount;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.Places;
import io.nacre.engine.watch.place.StrategyChoice;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeRootsTest {
  private static final int NONE = DirectoryTable.NONE;
  private static final int PROBLEMS_SHOWN = 20;
  private static final Mount MOUNT =
      new Mount(1, "8:1", PathBytes.ROOT, PathBytes.ROOT, "ext4", "rw");

  private final Coverage coverage = new Coverage();
  private final DirectoryTable table = new DirectoryTable();
  private final TreeRoots roots = new TreeRoots();
  private final TreeRoot srv = root("/srv");
  private final int node = table.add(NONE, bytes("/srv"), 1);

  @Test
  void areMissingUntilTheyAreFound() {
    roots.publish(table);

    assertThat(srv.isMissing()).isTrue();
    assertThat(roots.haveProblems()).isTrue();
    assertThat(entry("/srv")).returns(State.MISSING, Entry::state).returns(0, Entry::directories);
  }

  @Test
  void areProtectedWithAllTheirDirectories() {
    table.add(node, bytes("a"), 2);
    srv.found(node);

    roots.publish(table);

    assertThat(roots.haveProblems()).isFalse();
    assertThat(entry("/srv"))
        .isEqualTo(new Entry("/srv", "ddd", "because", State.PROTECTED, 2, List.of(), 0));
  }

  @Test
  void countOnlyTheirOwnDirectoriesIfThereAreSeveral() {
    TreeRoot home = root("/home");
    int homeNode = table.add(NONE, bytes("/home"), 10);
    table.add(homeNode, bytes("a"), 11);
    table.add(homeNode, bytes("b"), 12);
    srv.found(node);
    home.found(homeNode);

    roots.publish(table);

    assertThat(entry("/srv").directories()).isEqualTo(1);
    assertThat(entry("/home").directories()).isEqualTo(3);
  }

  @Test
  void areFoundByTheirNode() {
    int below = table.add(node, bytes("a"), 2);
    srv.found(node);

    assertThat(roots.at(table, node)).containsSame(srv);
    assertThat(roots.at(table, below)).isEmpty();
    srv.forget();
    assertThat(roots.at(table, node)).isEmpty();
  }

  @Test
  void areProtectedWhereAnotherTreeCoversThem() {
    srv.coveredByAnother();

    roots.publish(table);

    assertThat(roots.areSomeCovered()).isTrue();
    assertThat(roots.haveProblems()).isFalse();
    assertThat(entry("/srv")).returns(State.PROTECTED, Entry::state).returns(0, Entry::directories);
  }

  @Test
  void sayWhichDirectoryCouldNotBeProtected() {
    int below = table.add(node, bytes("a"), 2);
    srv.found(node);

    roots.addProblem(table, below, bytes("b"), new ErrnoException("openat2", Errno.EACCES));
    roots.addProblem(table, below, new ErrnoException("getdents64", Errno.EACCES));
    roots.publish(table);

    assertThat(roots.haveProblems()).isTrue();
    assertThat(entry("/srv"))
        .returns(State.PARTIAL, Entry::state)
        .returns(2, Entry::problemCount)
        .satisfies(
            entry -> {
              assertThat(entry.problems().get(0)).startsWith("/srv/a/b: ").contains("openat2");
              assertThat(entry.problems().get(1)).startsWith("/srv/a: ").contains("getdents64");
            });
  }

  @Test
  void sayWhichSettingIsTooLowWhenNoWatchIsLeft() {
    srv.found(node);

    roots.addProblem(
        table, node, bytes("a"), new ErrnoException("inotify_add_watch", Errno.ENOSPC));
    roots.publish(table);

    assertThat(entry("/srv").problems())
        .singleElement()
        .asString()
        .startsWith("/srv/a: ")
        .contains("sysctl fs.inotify.max_user_watches=");
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.ENOENT, Errno.ESTALE})
  void tolerateWhatIsGone(int errno) {
    srv.found(node);

    roots.addProblem(table, node, bytes("a"), new ErrnoException("openat2", errno));
    roots.addProblem(table, node, new ErrnoException("getdents64", errno));

    assertThat(srv.hasProblems()).isFalse();
  }

  @Test
  void doNotMindWhatHappensInNobodysTree() {
    int stranger = table.add(NONE, bytes("/elsewhere"), 5);
    srv.found(node);

    roots.addProblem(table, stranger, bytes("a"), new ErrnoException("openat2", Errno.EACCES));

    assertThat(srv.hasProblems()).isFalse();
  }

  @Test
  void showTheFirstFewProblemsAndCountAll() {
    srv.found(node);
    for (int i = 0; i < PROBLEMS_SHOWN + 5; i++) {
      srv.addProblem(bytes("/srv/" + i), "does not work");
    }

    roots.publish(table);

    assertThat(entry("/srv").problemCount()).isEqualTo(PROBLEMS_SHOWN + 5);
    assertThat(entry("/srv").problems())
        .hasSize(PROBLEMS_SHOWN)
        .startsWith("/srv/0: does not work");
  }

  @Test
  void forgetTheirProblemsBeforeANewWalk() {
    srv.found(node);
    srv.addProblem(bytes("/srv/a"), "does not work");
    srv.coveredByAnother();

    srv.forget();

    assertThat(srv.hasProblems()).isFalse();
    assertThat(srv.isCoveredByAnother()).isFalse();
    assertThat(srv.node()).isEqualTo(NONE);
  }

  @Test
  void areTakenOutByTheirPath() {
    TreeRoot home = root("/home");
    List<TreeRoot> last = new ArrayList<>();

    roots.remove(PathBytes.of("/srv"), last::add);
    roots.remove(PathBytes.of("/unknown"), last::add);

    assertThat(last).containsExactly(srv);
    assertThat(roots.paths()).containsExactly(home.path());
    roots.remove(PathBytes.of("/home"), last::add);
    assertThat(roots.isEmpty()).isTrue();
  }

  @Test
  void knowWhichOfTheirDirectoriesAPathIsIn() {
    int a = table.add(node, bytes("a"), 2);
    srv.found(node);

    assertThat(roots.above(table, PathBytes.of("/srv/a/x"))).containsExactly(a);
    assertThat(roots.above(table, PathBytes.of("/srv/x"))).containsExactly(node);
    assertThat(roots.above(table, PathBytes.of("/srv/b/x"))).isEmpty();
    assertThat(roots.above(table, PathBytes.of("/srv"))).isEmpty();
    assertThat(roots.above(table, PathBytes.of("/home/x"))).isEmpty();
    srv.forget();
    assertThat(roots.above(table, PathBytes.of("/srv/x"))).isEmpty();
  }

  private TreeRoot root(String path) {
    Place place = Places.nowhere(path, MOUNT);
    Entry first = Entry.starting(place.path(), new StrategyChoice(Strategy.DDD, "because"));
    TreeRoot root = new TreeRoot(place, "because", coverage.claim(place.path(), first));
    roots.add(root);
    return root;
  }

  private Entry entry(String path) {
    Optional<Entry> found =
        coverage.entries().stream().filter(entry -> entry.path().equals(path)).findAny();
    return found.orElseThrow();
  }

  private static byte[] bytes(String name) {
    return name.getBytes(UTF_8);
  }
}
