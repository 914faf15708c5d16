package io.nacre.engine.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.watch.Walk.Manner;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalkTest {
  private static final int OPEN_AT_MOST = 200;

  @TempDir Path directory;

  private final List<Walk.Open> made = new ArrayList<>();
  private final Walk walk = new Walk();

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
    Walk.Open above = open(1, "b");
    Walk.Open below = open(2, "x");

    walk.add(above);
    walk.add(below);

    assertThat(walk.current()).contains(below);
    below.left().clear();
    assertThat(walk.current()).contains(above);
  }

  @Test
  void closesADirectoryWhenItsNamesAreUsedUp() throws ErrnoException {
    Walk.Open here = open(1, "a");
    walk.add(here);

    here.left().clear();

    assertThat(walk.isDone()).isTrue();
    assertThat(isOpen(here)).isFalse();
  }

  @Test
  void closesADirectoryWithoutNamesAtOnce() throws ErrnoException {
    Walk.Open empty = open(1);

    walk.add(empty);

    assertThat(isOpen(empty)).isFalse();
    assertThat(walk.isDone()).isTrue();
  }

  @Test
  void closesADirectoryThatIsSkipped() throws ErrnoException {
    Walk.Open above = open(1, "b");
    Walk.Open skipped = open(2, "x", "y");
    walk.add(above);
    walk.add(skipped);

    walk.skip();

    assertThat(isOpen(skipped)).isFalse();
    assertThat(isOpen(above)).isTrue();
    assertThat(walk.current()).contains(above);
  }

  @Test
  void opensClosedDirectoriesInTheOrderInWhichTheyCame() {
    Walk.Closed first = new Walk.Closed(1, Manner.THOROUGH);
    Walk.Closed second = new Walk.Closed(2, Manner.PLAIN);
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
    Walk.Open tooMany = new Walk.Open(open(777).directory(), 777, names("a"), Manner.THOROUGH);

    walk.add(tooMany);

    assertThat(isOpen(tooMany)).isFalse();
    assertThat(made.stream().filter(WalkTest::isOpen)).hasSize(OPEN_AT_MOST);
    assertThat(walk.nextClosed()).contains(new Walk.Closed(777, Manner.THOROUGH));
  }

  @Test
  void closesAndForgetsEverything() throws ErrnoException {
    walk.add(open(1, "a"));
    walk.add(open(2, "b"));
    walk.add(new Walk.Closed(3, Manner.PLAIN));

    walk.clear();

    assertThat(walk.isDone()).isTrue();
    assertThat(made).noneMatch(WalkTest::isOpen);
  }

  private Walk.Open open(int wd, String... names) throws ErrnoException {
    Directory opened = Directory.open(directory.toString().getBytes(UTF_8));
    Walk.Open open = new Walk.Open(opened, wd, names(names), Manner.PLAIN);
    made.add(open);
    return open;
  }

  private static List<byte[]> names(String... names) {
    return new ArrayList<>(Stream.of(names).map(name -> name.getBytes(UTF_8)).toList());
  }

  private static boolean isOpen(Walk.Open open) {
    return open.directory().fd().isOpen();
  }
}
