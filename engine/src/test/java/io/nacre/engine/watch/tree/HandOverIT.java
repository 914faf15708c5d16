package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.PathRules.Include;
import io.nacre.engine.watch.MarkedDirectoryFixture;
import io.nacre.engine.watch.coverage.Coverage.Entry;
import io.nacre.engine.watch.coverage.Coverage.State;
import io.nacre.engine.watch.mark.MarkRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two trees with inotify instances of their own on one file system, step by step. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandOverIT {
  private MarkedDirectoryFixture stage;
  private SteppedTree srv;
  private SteppedTree home;

  @BeforeEach
  void open() throws IOException {
    stage = MarkedDirectoryFixture.open();
    stage.directory("srv/a/b/c");
    stage.directory("home/user");
    stage.directory("other");
    PathRules rules = new PathRules(List.of(include("srv"), include("home")));
    MarkRegistry registry = new MarkRegistry(stage.marks());
    srv = new SteppedTree(stage, rules, registry);
    home = new SteppedTree(stage, rules, registry);
    srv.add("srv");
    home.add("home");
    settleBoth();
  }

  @AfterEach
  void close() throws IOException {
    srv.close();
    home.close();
    assertThat(Descriptors.below(stage.root())).isEmpty();
    stage.close();
  }

  @Test
  void eachFollowsItsOwnTree() throws IOException {
    assertThat(stage.marked())
        .containsExactly("home", "home/user", "srv", "srv/a", "srv/a/b", "srv/a/b/c");
    assertThat(srv.watches()).isEqualTo(4);
    assertThat(home.watches()).isEqualTo(2);
  }

  @Test
  void aDirectoryThatMovesKeepsAllItsMarksUntilTheOtherTreeOwnsThem() throws IOException {
    stage.move("srv/a", "home/a");
    srv.goOn();
    srv.graceEnds();
    srv.goOn();
    assertThat(stage.marked())
        .as("the other tree has not read its events")
        .containsExactly("home", "home/a", "home/a/b", "home/a/b/c", "home/user", "srv");

    home.goOn();
    srv.goOn();

    assertThat(stage.marked())
        .containsExactly("home", "home/a", "home/a/b", "home/a/b/c", "home/user", "srv");
    assertThat(srv.watches()).isEqualTo(1);
    assertThat(home.watches()).isEqualTo(5);
    assertThat(srv.coverage("srv")).returns(1, Entry::directories);
    assertThat(home.coverage("home")).returns(5, Entry::directories);
  }

  @Test
  void aTreeThatIsStillWalkingKeepsTheMarksOfTheOther() throws IOException {
    stage.move("srv/a", "home/a");
    home.readEvents();
    srv.goOn();
    srv.graceEnds();
    srv.goOn();

    assertThat(stage.marked()).contains("home/a", "home/a/b", "home/a/b/c");
    settleBoth();
    assertThat(stage.marked()).contains("home/a", "home/a/b", "home/a/b/c");
  }

  @Test
  void aDirectoryThatLeavesBothLosesItsMark() throws IOException {
    stage.move("srv/a", "home/a");
    settleBoth();

    stage.move("home/a", "other/a");
    settleBoth();

    assertThat(stage.marked()).containsExactly("home", "home/user", "srv");
  }

  @Test
  void aDirectoryThatGoesThereAndBackKeepsItsMarks() throws IOException {
    stage.move("srv/a", "home/a");
    home.goOn();
    stage.move("home/a", "srv/a");
    settleBoth();
    assertThat(stage.marked())
        .containsExactly("home", "home/user", "srv", "srv/a", "srv/a/b", "srv/a/b/c");
    assertThat(home.coverage("home").directories()).isEqualTo(2);

    stage.directory("srv/a/b/new");
    settleBoth();
    assertThat(stage.marked()).contains("srv/a/b/new");
  }

  @Test
  void twoDirectoriesChangePlaces() throws IOException {
    stage.directory("home/user/files");
    settleBoth();

    stage.move("srv/a", "other/a");
    stage.move("home/user", "srv/a");
    stage.move("other/a", "home/user");
    settleBoth();

    assertThat(stage.marked())
        .containsExactly(
            "home", "home/user", "home/user/b", "home/user/b/c", "srv", "srv/a", "srv/a/files");
    assertThat(srv.coverage("srv")).returns(State.PROTECTED, Entry::state);
  }

  @Test
  void aTreeThatIsProtectedNoMoreLeavesTheMarksOfTheOther() throws IOException {
    stage.move("srv/a", "home/a");
    home.goOn();

    srv.remove("srv");
    settleBoth();

    assertThat(stage.marked())
        .containsExactly("home", "home/a", "home/a/b", "home/a/b/c", "home/user");
  }

  @Test
  void aPlaceIsTakenOverByAnotherTree() throws IOException {
    srv.remove("srv");
    home.add("srv");
    srv.goOn();
    srv.graceEnds();
    srv.goOn();
    assertThat(stage.marked()).as("while it is walked").contains("srv", "srv/a", "srv/a/b");

    settleBoth();

    assertThat(stage.marked()).contains("srv", "srv/a", "srv/a/b", "srv/a/b/c");
    assertThat(srv.watches()).isZero();
  }

  @Test
  void filesOfADirectoryThatMovesFromOneTreeToTheOtherAreNotNew() throws IOException {
    Files.writeString(stage.path("srv/a/f"), "content");

    stage.move("srv/a", "home/a");
    settleBoth();

    assertThat(home.newFiles()).isEmpty();
  }

  @Test
  void aNumberThatIsUsedAgainBelongsToTheNewDirectory() throws IOException {
    for (int i = 0; i < 20; i++) {
      Files.delete(stage.path("srv/a/b/c"));
      stage.directory("srv/a/b/c");
      stage.move("srv/a/b/c", "home/c");
      settleBoth();
      assertThat(stage.marked()).contains("home/c");
      stage.move("home/c", "srv/a/b/c");
      settleBoth();
    }

    assertThat(stage.marked())
        .containsExactly("home", "home/user", "srv", "srv/a", "srv/a/b", "srv/a/b/c");
  }

  private void settleBoth() throws IOException {
    for (int i = 0; i < 3; i++) {
      srv.goOn();
      home.goOn();
      srv.graceEnds();
      home.graceEnds();
    }
    srv.settle();
    home.settle();
  }

  private Include include(String name) {
    return new Include(stage.path(name).toString(), List.of());
  }
}
