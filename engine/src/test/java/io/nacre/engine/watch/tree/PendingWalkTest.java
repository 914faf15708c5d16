package io.nacre.engine.watch.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.engine.watch.tree.PendingWalk.Manner;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingWalkTest {
  private static final int OPEN_AT_MOST = 200;

  @TempDir Path directory;

  private final List<PendingWalk.Open> made = new ArrayList<>();
  private final PendingWalk walk = new PendingWalk(new OpenDirectoryLimit());

  @AfterEach
  void close() {
    made.forEach(open -> open.directory().close());
  }

  @Test
  void isDoneAtFirst() {
    assertThat(walk.isDone()).isTrue();
    assertThat(walk.current()).isEmpty();
    assertThat(walk.nextClosed()).isEmpty();
  }

  @Test
  void goesDownBeforeItGoesOn() throws ErrnoException {
    PendingWalk.Open above = open(1, "b");
    PendingWalk.Open below = open(2, "x");

    walk.add(above);
    walk.add(below);

    assertThat(walk.current()).contains(below);
    below.left().clear();
    assertThat(walk.current()).contains(above);
  }

  @Test
  void closesADirectoryWhenItsNamesAreUsedUp() throws ErrnoException {
    PendingWalk.Open here = open(1, "a");
    walk.add(here);

    here.left().clear();

    assertThat(walk.isDone()).isTrue();
    assertThat(isOpen(here)).isFalse();
  }

  @Test
  void closesADirectoryWithoutNamesAtOnce() throws ErrnoException {
    PendingWalk.Open empty = open(1);

    walk.add(empty);

    assertThat(isOpen(empty)).isFalse();
    assertThat(walk.isDone()).isTrue();
  }

  @Test
  void closesADirectoryThatIsSkipped() throws ErrnoException {
    PendingWalk.Open above = open(1, "b");
    PendingWalk.Open skipped = open(2, "x", "y");
    walk.add(above);
    walk.add(skipped);

    walk.skip();

    assertThat(isOpen(skipped)).isFalse();
    assertThat(isOpen(above)).isTrue();
    assertThat(walk.current()).contains(above);
  }

  @Test
  void opensClosedDirectoriesInTheOrderInWhichTheyCame() {
    PendingWalk.Closed first = new PendingWalk.Closed(1, Manner.THOROUGH);
    PendingWalk.Closed second = new PendingWalk.Closed(2, Manner.PLAIN);
    walk.add(first);
    walk.add(second);

    assertThat(walk.isDone()).isFalse();
    assertThat(walk.nextClosed()).contains(first);
    assertThat(walk.nextClosed()).contains(second);
    assertThat(walk.isDone()).isTrue();
  }

  @Test
  void hasABoundedNumberOfDirectoriesOpen() throws ErrnoException {
    for (int wd = 0; wd < OPEN_AT_MOST; wd++) {
      walk.add(open(wd, "a"));
    }
    PendingWalk.Open tooMany =
        new PendingWalk.Open(open(777).directory(), 777, names("a"), Manner.THOROUGH);

    walk.add(tooMany);

    assertThat(isOpen(tooMany)).isFalse();
    assertThat(made.stream().filter(PendingWalkTest::isOpen)).hasSize(OPEN_AT_MOST);
    assertThat(walk.nextClosed()).contains(new PendingWalk.Closed(777, Manner.THOROUGH));
  }

  @Test
  void closesAndForgetsEverything() throws ErrnoException {
    walk.add(open(1, "a"));
    walk.add(open(2, "b"));
    walk.add(new PendingWalk.Closed(3, Manner.PLAIN));

    walk.clear();

    assertThat(walk.isDone()).isTrue();
    assertThat(made).noneMatch(PendingWalkTest::isOpen);
  }

  private PendingWalk.Open open(int wd, String... names) throws ErrnoException {
    Directory opened = Directory.open(directory.toString().getBytes(UTF_8));
    PendingWalk.Open open = new PendingWalk.Open(opened, wd, names(names), Manner.PLAIN);
    made.add(open);
    return open;
  }

  private static List<byte[]> names(String... names) {
    return new ArrayList<>(Stream.of(names).map(name -> name.getBytes(UTF_8)).toList());
  }

  private static boolean isOpen(PendingWalk.Open open) {
    return open.directory().fd().isOpen();
  }
}
