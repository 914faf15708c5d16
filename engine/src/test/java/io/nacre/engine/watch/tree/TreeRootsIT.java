package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.PathRules.Include;
import io.nacre.engine.watch.MarkedDirectoryFixture;
import io.nacre.engine.watch.coverage.Coverage.Entry;
import io.nacre.engine.watch.coverage.Coverage.State;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Roots that come and go, and what is excluded below them, with real watches and marks. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TreeRootsIT {
  private MarkedDirectoryFixture stage;
  private SteppedTree tree;

  @BeforeEach
  void open() throws IOException {
    stage = MarkedDirectoryFixture.open();
    stage.directory("srv/a/b");
    stage.directory("other");
    Include srv = new Include(stage.path("srv").toString(), List.of("/**/skip", "/**/moved/b"));
    Include home = new Include(stage.path("home").toString(), List.of());
    tree = new SteppedTree(stage, new PathRules(List.of(srv, home)));
  }

  @AfterEach
  void close() throws IOException {
    tree.close();
    assertThat(Descriptors.below(stage.root())).isEmpty();
    stage.close();
  }

  @Test
  void marksNothingThatIsExcluded() throws IOException {
    stage.directory("srv/a/skip/deep");
    stage.directory("srv/skip");
    tree.add("srv");
    tree.settle();

    stage.directory("srv/a/b/skip/deep");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/a", "srv/a/b");
    assertThat(tree.coverage("srv").state()).isEqualTo(State.PROTECTED);
  }

  @Test
  void takesTheMarksOffADirectoryThatMovesWhereItIsExcluded() throws IOException {
    tree.add("srv");
    tree.settle();

    stage.move("srv/a", "srv/skip");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv");
    assertThat(tree.watches()).isEqualTo(1);
  }

  @Test
  void marksADirectoryThatMovesToWhereItIsNotExcluded() throws IOException {
    stage.directory("srv/skip/b/c");
    tree.add("srv");
    tree.settle();

    stage.move("srv/skip", "srv/kept");
    tree.settle();

    assertThat(stage.marked()).contains("srv/kept", "srv/kept/b", "srv/kept/b/c");
  }

  @Test
  void takesTheMarkOffWhatIsExcludedBelowADirectoryThatMoved() throws IOException {
    stage.directory("srv/a/b/c");
    stage.directory("srv/a/d");
    tree.add("srv");
    tree.settle();

    stage.move("srv/a", "srv/moved");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/moved", "srv/moved/d");
    assertThat(tree.watches()).isEqualTo(3);
  }

  @Test
  void marksWhatIsExcludedNoMoreBelowADirectoryThatMoved() throws IOException {
    stage.directory("srv/moved/b/c");
    tree.add("srv");
    tree.settle();
    assertThat(stage.marked()).doesNotContain("srv/moved/b");

    stage.move("srv/moved", "srv/kept");
    tree.settle();

    assertThat(stage.marked()).contains("srv/kept", "srv/kept/b", "srv/kept/b/c");
  }

  @Test
  void takesTheMarksOffWhenARootIsProtectedNoMore() throws IOException {
    stage.directory("home/user");
    tree.add("srv");
    tree.add("home");
    tree.settle();

    tree.remove("srv");
    tree.settle();

    assertThat(stage.marked()).containsExactly("home", "home/user");
    assertThat(tree.watches()).isEqualTo(2);
    assertThat(tree.coverage("home").directories()).isEqualTo(2);
  }

  @Test
  void takesATreeAgainWhoseRootMovedAwayAndBack() throws IOException {
    tree.add("srv");
    tree.settle();

    stage.move("srv", "other/srv");
    tree.remove("srv");
    tree.goOn();
    stage.move("other/srv", "srv");
    tree.add("srv");
    tree.goOn();
    assertThat(stage.marked()).containsExactly("srv", "srv/a", "srv/a/b");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/a", "srv/a/b");
    assertThat(tree.watches()).isEqualTo(3);
    assertThat(tree.coverage("srv"))
        .returns(State.PROTECTED, Entry::state)
        .returns(3, Entry::directories);
  }

  @Test
  void findsWhatHappenedInATreeWhoseRootWasAway() throws IOException {
    tree.add("srv");
    tree.settle();
    stage.move("srv", "other/srv");
    tree.remove("srv");
    tree.goOn();

    stage.directory("other/srv/a/new");
    tree.goOn();
    stage.move("other/srv", "srv");
    tree.add("srv");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/a", "srv/a/b", "srv/a/new");
  }

  @Test
  void takesTheMarksOffATreeWhoseRootStaysAway() throws IOException {
    tree.add("srv");
    tree.settle();

    stage.move("srv", "other/srv");
    tree.remove("srv");
    tree.settle();

    assertThat(stage.marked()).isEmpty();
    assertThat(tree.watches()).isZero();
  }

  @Test
  void protectsADirectoryThatMovesFromOneRootToAnother() throws IOException {
    stage.directory("home");
    tree.add("srv");
    tree.add("home");
    tree.settle();

    stage.move("srv/a", "home/a");
    tree.settle();

    assertThat(stage.marked()).containsExactly("home", "home/a", "home/a/b", "srv");
    assertThat(tree.coverage("srv").directories()).isEqualTo(1);
    assertThat(tree.coverage("home").directories()).isEqualTo(3);
  }

  @Test
  void missesARootThatWasDeleted() throws IOException {
    stage.directory("home");
    tree.add("home");
    tree.settle();

    Files.delete(stage.path("home"));
    tree.settle();

    assertThat(tree.coverage("home").state()).isEqualTo(State.MISSING);
    assertThat(tree.tree().roots().haveProblems()).isTrue();
  }

  @Test
  void missesARootThatIsAnotherDirectoryByNow() throws IOException {
    tree.add("srv");
    tree.settle();

    stage.move("srv", "other/srv");
    stage.directory("srv");
    tree.tree().walkAgain();
    tree.settle();

    assertThat(stage.marked()).isEmpty();
    assertThat(tree.coverage("srv")).returns(State.MISSING, Entry::state);
  }
}
