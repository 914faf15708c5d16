package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.fixture.Sysctl;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tree step by step, with real watches and marks. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DirectoryTreeIT {
  private MarkedDirectoryFixture stage;
  private SteppedTree tree;

  @BeforeEach
  void open() throws IOException {
    stage = MarkedDirectoryFixture.open();
    stage.directory("srv/a/b");
    stage.directory("other");
    tree = new SteppedTree(stage, rules());
  }

  @AfterEach
  void close() throws IOException {
    tree.close();
    assertThat(Descriptors.below(stage.root())).isEmpty();
    stage.close();
  }

  @Test
  void marksAndWatchesEveryDirectoryOfARoot() throws IOException {
    tree.add("srv");
    assertThat(stage.marked()).as("at once").containsExactly("srv");

    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/a", "srv/a/b");
    assertThat(tree.watches()).isEqualTo(3);
    assertThat(tree.coverage("srv"))
        .returns(State.PROTECTED, Entry::state)
        .returns(3, Entry::directories);
  }

  @Test
  void walksAFewDirectoriesAtATime() throws IOException {
    for (int i = 0; i < 10; i++) {
      stage.directory("srv/" + i);
    }
    tree.add("srv");

    tree.tree().walk(4);

    assertThat(stage.marked()).hasSize(1 + 4);
    assertThat(tree.tree().isWalking()).isTrue();
    tree.settle();
    assertThat(stage.marked()).hasSize(1 + 10 + 2);
  }

  @Test
  void marksWhatIsMadeLater() throws IOException {
    tree.add("srv");
    tree.settle();

    stage.directory("srv/new/deep/deeper");
    tree.goOn();

    assertThat(stage.marked()).contains("srv/new", "srv/new/deep", "srv/new/deep/deeper");
  }

  @Test
  void forgetsWhatIsDeleted() throws IOException {
    tree.add("srv");
    tree.settle();

    Files.delete(stage.path("srv/a/b"));
    tree.settle();

    assertThat(tree.coverage("srv").directories()).isEqualTo(2);
    assertThat(tree.watches()).isEqualTo(2);
  }

  @Test
  void keepsTheMarksOfADirectoryThatIsMovedWithin() throws IOException {
    stage.directory("srv/c");
    tree.add("srv");
    tree.settle();

    stage.move("srv/a", "srv/c/moved");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/c", "srv/c/moved", "srv/c/moved/b");
    assertThat(tree.coverage("srv").directories()).isEqualTo(4);
    stage.directory("srv/c/moved/b/new");
    tree.settle();
    assertThat(stage.marked()).contains("srv/c/moved/b/new");
  }

  @Test
  void keepsTheMarksOfADirectoryThatLeavesUntilItsGraceEnds() throws IOException {
    tree.add("srv");
    tree.settle();

    stage.move("srv/a", "other/a");
    tree.goOn();
    assertThat(stage.marked()).containsExactly("other/a", "other/a/b", "srv");
    tree.graceEnds();
    tree.goOn();

    assertThat(stage.marked()).containsExactly("srv");
    assertThat(tree.watches()).isEqualTo(1);
    assertThat(tree.coverage("srv"))
        .returns(State.PROTECTED, Entry::state)
        .returns(1, Entry::directories);
  }

  @Test
  void keepsTheMarksOfADirectoryThatComesBackInItsGrace() throws IOException {
    tree.add("srv");
    tree.settle();

    stage.move("srv/a", "other/a");
    tree.goOn();
    stage.move("other/a", "srv/back");
    tree.goOn();
    assertThat(stage.marked()).containsExactly("srv", "srv/back", "srv/back/b");
    tree.graceEnds();
    tree.goOn();

    assertThat(stage.marked()).containsExactly("srv", "srv/back", "srv/back/b");
    assertThat(tree.coverage("srv").directories()).isEqualTo(3);
    assertThat(tree.newFiles()).isEmpty();
  }

  @Test
  void marksADirectoryAgainThatComesBackLater() throws IOException {
    tree.add("srv");
    tree.settle();
    stage.move("srv/a", "other/a");
    tree.settle();

    stage.move("other/a", "srv/a");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/a", "srv/a/b");
    assertThat(tree.coverage("srv").directories()).isEqualTo(3);
  }

  @Test
  void followsADirectoryOutOfAnotherThatIsDeletedThen() throws IOException {
    tree.add("srv");
    tree.settle();

    stage.move("srv/a/b", "srv/b");
    Files.delete(stage.path("srv/a"));
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/b");
    assertThat(tree.coverage("srv").directories()).isEqualTo(2);
  }

  @Test
  void marksWhatTakesTheNameOfADirectoryThatLeft() throws IOException {
    tree.add("srv");
    tree.settle();

    stage.move("srv/a", "other/a");
    stage.directory("srv/a/new");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/a", "srv/a/new");
  }

  @Test
  void takesTheMarkOffWhatLeftADirectoryThatIsDeletedThen() throws IOException {
    tree.add("srv");
    tree.settle();
    stage.move("srv/a/b", "other/b");
    tree.loseEvents();

    Files.delete(stage.path("srv/a"));
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv");
    assertThat(tree.watches()).isEqualTo(1);
  }

  @Test
  void tellsADirectoryThatLeftFromOneThatTakesItsName() throws IOException {
    stage.directory("srv/c/d");
    tree.add("srv");
    tree.settle();

    stage.move("srv/a", "other/a");
    stage.move("srv/c", "srv/a");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/a", "srv/a/d");
    assertThat(tree.coverage("srv").directories()).isEqualTo(3);
  }

  @Test
  void followsTwoDirectoriesThatChangePlaces() throws IOException {
    stage.directory("srv/c/d");
    tree.add("srv");
    tree.settle();

    stage.move("srv/a", "srv/x");
    stage.move("srv/c", "srv/a");
    stage.move("srv/x", "srv/c");
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv", "srv/a", "srv/a/d", "srv/c", "srv/c/b");
    assertThat(tree.coverage("srv").directories()).isEqualTo(5);
    stage.directory("srv/c/b/new");
    tree.settle();
    assertThat(stage.marked()).contains("srv/c/b/new");
  }

  @Test
  void followsNoSymbolicLink() throws IOException {
    tree.add("srv");
    tree.settle();

    Files.createSymbolicLink(stage.path("srv/link"), stage.path("other"));
    stage.move("srv/a", "other/a");
    Files.createSymbolicLink(stage.path("srv/a"), stage.path("other/a"));
    tree.settle();

    assertThat(stage.marked()).containsExactly("srv");
  }

  @Test
  void findsWhatMovedWithoutAnEvent() throws IOException {
    stage.directory("srv/c");
    tree.add("srv");
    tree.settle();
    stage.move("srv/a/b", "srv/c/b");
    stage.move("srv/a", "other/a");
    stage.directory("srv/new/deep");
    tree.loseEvents();

    tree.tree().walkAgain();
    assertThat(stage.marked()).as("meanwhile").contains("srv/c/b", "other/a", "srv");
    tree.settle();

    assertThat(stage.marked())
        .containsExactly("srv", "srv/c", "srv/c/b", "srv/new", "srv/new/deep");
    assertThat(tree.watches()).isEqualTo(5);
    assertThat(tree.coverage("srv").directories()).isEqualTo(5);
  }

  @Test
  void looksInADirectoryThatIsElsewhereByNow() throws IOException {
    stage.directory("srv/c");
    tree.add("srv");
    tree.settle();
    stage.directory("srv/a/new");
    stage.move("srv/a", "srv/c/a");

    tree.settle();

    assertThat(stage.marked()).contains("srv/c/a/new");
  }

  @Test
  void tellsOfTheFilesInWhatCameIn() throws IOException {
    tree.add("srv");
    stage.directory("other/in/deep");
    Files.writeString(stage.path("other/in/f"), "content");
    Files.writeString(stage.path("other/in/deep/f"), "content");
    Files.writeString(stage.path("other/f"), "content");
    tree.settle();
    assertThat(tree.newFiles()).as("what was there").isEmpty();

    stage.move("other/in", "srv/in");
    stage.move("other/f", "srv/a/f");
    tree.settle();

    assertThat(tree.newFiles()).containsExactlyInAnyOrder("srv/in/f", "srv/in/deep/f", "srv/a/f");
  }

  @Test
  void doesNotTellOfTheFilesInWhatMovedWithin() throws IOException {
    Files.writeString(stage.path("srv/a/f"), "content");
    tree.add("srv");
    tree.settle();

    stage.move("srv/a", "srv/moved");
    tree.settle();

    assertThat(tree.newFiles()).isEmpty();
  }

  @Tag("alone")
  @Test
  void saysWhichSettingIsTooLowWhenNoWatchIsLeft() throws IOException {
    for (int i = 0; i < 5; i++) {
      stage.directory("srv/" + i);
    }
    tree.add("srv");
    try (Sysctl limit = Sysctl.of("fs.inotify.max_user_watches", 1)) {
      tree.settle();
      assertThat(limit.before()).isGreaterThan(1);
    }

    assertThat(tree.coverage("srv"))
        .returns(State.PARTIAL, Entry::state)
        .returns(6, Entry::problemCount);
    assertThat(tree.coverage("srv").problems())
        .allMatch(problem -> problem.contains("sysctl fs.inotify.max_user_watches="));
    assertThat(stage.marked()).as("no mark without a watch").containsExactly("srv");
    tree.tree().walkAgain();
    tree.settle();
    assertThat(tree.coverage("srv").state()).isEqualTo(State.PROTECTED);
    assertThat(stage.marked()).hasSize(8);
  }

  private PathRules rules() {
    return new PathRules(List.of(new Include(stage.root().toString(), List.of())));
  }
}
