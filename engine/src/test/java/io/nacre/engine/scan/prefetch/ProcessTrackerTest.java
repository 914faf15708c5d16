package io.nacre.engine.scan.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FileId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessTrackerTest {
  private static final int ENOUGH = 100;

  private final FakeDirectorySource tree =
      new FakeDirectorySource()
          .with("/t", "b", "x/", "a", "y/", "d", "c")
          .with("/t/x", "x2", "deep/", "x1")
          .with("/t/x/deep", "z")
          .with("/t/y", "y1", "y2");
  private final PrefetchedFiles guesses = new PrefetchedFiles();

  @Test
  void expectsNothingOfASingleOpen() {
    assertThat(expectedAfter("/t/b")).isEmpty();
  }

  @Test
  void expectsTheSiblingsAsTheyAreListed() {
    tree.with("/l", "m", "k", "o", "n");

    assertThat(expectedAfter("/l/m", "/l/k")).containsExactly("/l/o", "/l/n");
  }

  @Test
  void expectsNothingAtTheEnd() {
    assertThat(expectedAfter("/t/d", "/t/c")).isEmpty();
  }

  @Test
  void expectsTheSiblingsByName() {
    tree.with("/n", "d", "b", "e", "a", "c");

    assertThat(expectedAfter("/n/a", "/n/b", "/n/c")).containsExactly("/n/d", "/n/e");
  }

  @Test
  void expectsTheSiblingsByInode() {
    tree.with("/i", "f4", "f2", "f5", "f1", "f3"); // the last one has the first inode

    assertThat(expectedAfter("/i/f3", "/i/f1")).containsExactly("/i/f5", "/i/f2", "/i/f4");
  }

  @Test
  void staysInADirectoryAsLongAsNobodyLeftOne() {
    assertThat(expectedAfter("/t/b", "/t/a")).containsExactly("/t/d", "/t/c");
  }

  @Test
  void goesDownWhereTheProcessGoesAndUpAgain() {
    assertThat(expectedAfter("/t/b", "/t/x/x2", "/t/x/deep/z"))
        .containsExactly("/t/x/x1", "/t/a", "/t/y/y1", "/t/y/y2", "/t/d", "/t/c");
  }

  @Test
  void goesThroughFilesFirstIfTheProcessDoes() {
    assertThat(expectedAfter("/t/b", "/t/a", "/t/d", "/t/c", "/t/x/x2"))
        .containsExactly("/t/x/x1", "/t/x/deep/z", "/t/y/y1", "/t/y/y2");
  }

  @Test
  void neverLeavesTheDirectoryThatHeldEverything() {
    assertThat(expectedAfter("/t/x/x2", "/t/x/deep/z")).containsExactly("/t/x/x1");
  }

  @Test
  void expectsNothingOfWhoOpensHereAndThere() {
    String[] many = new String[100];
    for (int i = 0; i < many.length; i++) {
      many[i] = "f" + String.valueOf((i * 37) % 100 + 100);
    }
    tree.with("/m", many);

    assertThat(expectedAfter("/m/" + many[50], "/m/" + many[20], "/m/" + many[80])).isEmpty();
  }

  @Test
  void takesFilesItWasNotToldOfForNoStrays() {
    ProcessTracker pursuit = new ProcessTracker(tree);
    pursuit.seen("/t/b", 0);
    pursuit.seen("/t/x/x2", 0);

    pursuit.skippedTo("/t/y/y1", 0);

    assertThat(pursuit.strays()).isZero();
    assertThat(rest(pursuit)).containsExactly("/t/y/y2", "/t/d", "/t/c");
  }

  @Test
  void countsOpensThatCouldNotBeTold() {
    ProcessTracker pursuit = new ProcessTracker(tree);

    pursuit.seen("/t/c", 0);
    pursuit.seen("/elsewhere/far/away", 0);
    pursuit.seen("/t/c", 0);

    assertThat(pursuit.strays()).isEqualTo(3);
  }

  @Test
  void goesOnFromWhatIsOpenedWithoutAGuess() {
    ProcessTracker pursuit = new ProcessTracker(tree);
    pursuit.seen("/t/b", 0);
    pursuit.seen("/t/a", 0);
    assertThat(pursuit.next(ENOUGH)).contains("/t/d");
    pursuit.leaveOut("/t/d");

    assertThat(pursuit.seen("/t/d", 0)).isTrue();

    assertThat(rest(pursuit)).containsExactly("/t/c");
  }

  @Test
  void looksAtNoMoreNamesThanItMay() {
    ProcessTracker pursuit = new ProcessTracker(tree.with("/d", "a", "b", "c/", "d/", "e/", "f"));
    pursuit.seen("/d/a", 0);
    pursuit.seen("/d/b", 0);

    assertThat(pursuit.next(2)).isEmpty();
    assertThat(pursuit.goesOn()).isTrue();
    assertThat(pursuit.next(2)).contains("/d/f");
  }

  @Test
  void isMoreThanAWindowAheadOfNobody() {
    ProcessTracker pursuit = new ProcessTracker(tree);
    for (int i = 0; i < ReadaheadWindow.FIRST; i++) {
      assertThat(pursuit.room()).isEqualTo(ReadaheadWindow.FIRST - i);
      guess(pursuit, i);
    }

    assertThat(pursuit.room()).isZero();
  }

  @Test
  void isFurtherAheadOfWhoOpensWhatWasGuessed() {
    ProcessTracker pursuit = new ProcessTracker(tree);
    List<Prefetched> made = new ArrayList<>();
    for (int i = 0; i < ReadaheadWindow.FIRST; i++) {
      made.add(guess(pursuit, i));
    }
    pursuit.rest();

    List<Boolean> due = made.stream().map(guess -> open(pursuit, guess)).toList();
    pursuit.settle(guesses, 0);

    assertThat(due).containsExactly(false, true, false, false);
    assertThat(pursuit.window()).isEqualTo(2 * ReadaheadWindow.FIRST);
    assertThat(pursuit.room()).isEqualTo(2 * ReadaheadWindow.FIRST);
  }

  @Test
  void isLessFarAheadOfWhoPassesOverWhatWasGuessed() {
    ProcessTracker pursuit = new ProcessTracker(tree);
    List<Prefetched> made = new ArrayList<>();
    for (int i = 0; i <= ReadaheadWindow.MOST + 1; i++) {
      made.add(guess(pursuit, i));
    }

    open(pursuit, made.get(ReadaheadWindow.MOST + 1));

    assertThat(pursuit.settle(guesses, 0)).isEqualTo(2);
    assertThat(pursuit.window()).isEqualTo(ReadaheadWindow.FIRST / 2);
    assertThat(guesses.contain(made.get(0).file())).isFalse();
    assertThat(guesses.contain(made.get(2).file())).isTrue();
  }

  @Test
  void takesEverythingBackOfWhoIsSomewhereElse() {
    ProcessTracker pursuit = new ProcessTracker(tree);
    for (int i = 0; i < ReadaheadWindow.FIRST; i++) {
      guess(pursuit, i);
    }
    for (int i = 0; i < AccessOrder.NEAR; i++) {
      pursuit.seen("/n/" + i, 0);
    }
    assertThat(pursuit.settle(guesses, 0)).isZero();

    pursuit.seen("/n/last", 0);

    assertThat(pursuit.settle(guesses, 0)).isEqualTo(ReadaheadWindow.FIRST);
    assertThat(pursuit.room()).isEqualTo(ReadaheadWindow.FIRST / 2);
  }

  @Test
  void takesEverythingBackAtItsEnd() {
    ProcessTracker pursuit = new ProcessTracker(tree);
    Prefetched first = guess(pursuit, 0);
    guess(pursuit, 1);
    open(pursuit, first);

    assertThat(pursuit.end(guesses)).isEqualTo(1);
    assertThat(guesses.contain(new FileId(1, 0, 1))).isFalse();
  }

  private List<String> expectedAfter(String... opened) {
    ProcessTracker pursuit = new ProcessTracker(tree);
    for (String path : opened) {
      pursuit.seen(path, 0);
    }
    return rest(pursuit);
  }

  private static List<String> rest(ProcessTracker pursuit) {
    List<String> paths = new ArrayList<>();
    Optional<String> next = pursuit.next(ENOUGH);
    while (next.isPresent()) {
      paths.add(next.get());
      next = pursuit.next(ENOUGH);
    }
    return paths;
  }

  private Prefetched guess(ProcessTracker pursuit, int inode) {
    Prefetched guess =
        new Prefetched(new FileId(1, 0, inode), "/g/" + inode, pursuit, pursuit.nextNumber());
    guesses.add(guess);
    pursuit.add(guess);
    return guess;
  }

  private boolean open(ProcessTracker pursuit, Prefetched guess) {
    guesses.remove(guess);
    return pursuit.opened(guess);
  }
}
