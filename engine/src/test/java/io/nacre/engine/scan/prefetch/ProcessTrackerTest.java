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
  private final PrefetchedFiles prefetched = new PrefetchedFiles();

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
  void staysInADirectoryUntilTheProcessLeavesOne() {
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
  void expectsNothingOfAProcessThatOpensHereAndThere() {
    String[] many = new String[100];
    for (int i = 0; i < many.length; i++) {
      many[i] = "f" + String.valueOf((i * 37) % 100 + 100);
    }
    tree.with("/m", many);

    assertThat(expectedAfter("/m/" + many[50], "/m/" + many[20], "/m/" + many[80])).isEmpty();
  }

  @Test
  void doesNotCountFilesItHasNotSeenAsUnexpected() {
    ProcessTracker process = new ProcessTracker(tree);
    process.opened("/t/b", 0);
    process.opened("/t/x/x2", 0);

    process.skippedTo("/t/y/y1", 0);

    assertThat(process.unexpected()).isZero();
    assertThat(rest(process)).containsExactly("/t/y/y2", "/t/d", "/t/c");
  }

  @Test
  void countsUnexpectedOpens() {
    ProcessTracker process = new ProcessTracker(tree);

    process.opened("/t/c", 0);
    process.opened("/elsewhere/far/away", 0);
    process.opened("/t/c", 0);

    assertThat(process.unexpected()).isEqualTo(3);
  }

  @Test
  void goesOnFromAFileThatWasNotPrefetched() {
    ProcessTracker process = new ProcessTracker(tree);
    process.opened("/t/b", 0);
    process.opened("/t/a", 0);
    assertThat(process.next(ENOUGH)).contains("/t/d");
    process.leaveOut("/t/d");

    assertThat(process.opened("/t/d", 0)).isTrue();

    assertThat(rest(process)).containsExactly("/t/c");
  }

  @Test
  void readsNoMoreNamesThanItMay() {
    ProcessTracker process = new ProcessTracker(tree.with("/d", "a", "b", "c/", "d/", "e/", "f"));
    process.opened("/d/a", 0);
    process.opened("/d/b", 0);

    assertThat(process.next(2)).isEmpty();
    assertThat(process.goesOn()).isTrue();
    assertThat(process.next(2)).contains("/d/f");
  }

  @Test
  void isNeverMoreThanAWindowAhead() {
    ProcessTracker process = new ProcessTracker(tree);
    for (int i = 0; i < ReadaheadWindow.FIRST; i++) {
      assertThat(process.room()).isEqualTo(ReadaheadWindow.FIRST - i);
      prefetch(process, i);
    }

    assertThat(process.room()).isZero();
  }

  @Test
  void isFurtherAheadOfAProcessThatOpensThePrefetchedFiles() {
    ProcessTracker process = new ProcessTracker(tree);
    List<Prefetched> made = new ArrayList<>();
    for (int i = 0; i < ReadaheadWindow.FIRST; i++) {
      made.add(prefetch(process, i));
    }
    process.rest();

    List<Boolean> due = made.stream().map(file -> open(process, file)).toList();
    process.settle(prefetched, 0);

    assertThat(due).containsExactly(false, true, false, false);
    assertThat(process.window()).isEqualTo(2 * ReadaheadWindow.FIRST);
    assertThat(process.room()).isEqualTo(2 * ReadaheadWindow.FIRST);
  }

  @Test
  void isLessFarAheadOfAProcessThatPassesThemOver() {
    ProcessTracker process = new ProcessTracker(tree);
    List<Prefetched> made = new ArrayList<>();
    for (int i = 0; i <= ReadaheadWindow.MOST + 1; i++) {
      made.add(prefetch(process, i));
    }

    open(process, made.get(ReadaheadWindow.MOST + 1));

    assertThat(process.settle(prefetched, 0)).isEqualTo(2);
    assertThat(process.window()).isEqualTo(ReadaheadWindow.FIRST / 2);
    assertThat(prefetched.contains(made.get(0).id())).isFalse();
    assertThat(prefetched.contains(made.get(2).id())).isTrue();
  }

  @Test
  void takesEverythingBackWhenTheProcessIsElsewhere() {
    ProcessTracker process = new ProcessTracker(tree);
    for (int i = 0; i < ReadaheadWindow.FIRST; i++) {
      prefetch(process, i);
    }
    for (int i = 0; i < AccessOrder.NEAR; i++) {
      process.opened("/n/" + i, 0);
    }
    assertThat(process.settle(prefetched, 0)).isZero();

    process.opened("/n/last", 0);

    assertThat(process.settle(prefetched, 0)).isEqualTo(ReadaheadWindow.FIRST);
    assertThat(process.room()).isEqualTo(ReadaheadWindow.FIRST / 2);
  }

  @Test
  void takesEverythingBackAtItsEnd() {
    ProcessTracker process = new ProcessTracker(tree);
    Prefetched first = prefetch(process, 0);
    prefetch(process, 1);
    open(process, first);

    assertThat(process.end(prefetched)).isEqualTo(1);
    assertThat(prefetched.contains(new FileId(1, 0, 1))).isFalse();
  }

  private List<String> expectedAfter(String... opened) {
    ProcessTracker process = new ProcessTracker(tree);
    for (String path : opened) {
      process.opened(path, 0);
    }
    return rest(process);
  }

  private static List<String> rest(ProcessTracker process) {
    List<String> paths = new ArrayList<>();
    Optional<String> next = process.next(ENOUGH);
    while (next.isPresent()) {
      paths.add(next.get());
      next = process.next(ENOUGH);
    }
    return paths;
  }

  private Prefetched prefetch(ProcessTracker process, int inode) {
    Prefetched file =
        new Prefetched(new FileId(1, 0, inode), "/g/" + inode, process, process.nextNumber());
    prefetched.add(file);
    process.add(file);
    return file;
  }

  private boolean open(ProcessTracker process, Prefetched file) {
    prefetched.remove(file);
    return process.opened(file);
  }
}
