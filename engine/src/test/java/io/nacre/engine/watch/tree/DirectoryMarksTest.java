package io.nacre.engine.watch.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.watch.mark.MarkRegistry;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.file.Directory;
import io.nacre.linux.inotify.Inotify;
import io.nacre.linux.inotify.WatchInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a kernel that places no mark, since it is a socket. */
class DirectoryMarksTest {
  @TempDir Path directory;

  private FakeKernel kernel;
  private Inotify inotify;
  private DirectoryMarks marks;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    inotify = Inotify.open();
    Marks refused = new Marks(kernel.group(), FanotifyMask.FAN_OPEN_PERM);
    marks = new DirectoryMarks(new MarkRegistry(refused).join(inotify));
  }

  @AfterEach
  void close() {
    inotify.close();
    kernel.close();
    assertThat(Descriptors.below(directory)).isEmpty();
  }

  @Test
  void watchADirectoryOnce() throws IOException {
    try (Directory first = directory();
        Directory second = directory()) {
      int wd = marks.watch(first);

      assertThat(marks.watch(second)).isEqualTo(wd);
      assertThat(WatchInfo.of(inotify)).hasSize(1);
    }
  }

  @Test
  void closeADirectoryThatCannotBeWatched() throws IOException {
    Directory opened = directory();
    inotify.close();

    assertThatThrownBy(() -> marks.watch(opened)).isInstanceOf(ErrnoException.class);

    assertThat(opened.fd().isOpen()).isFalse();
  }

  @Test
  void leaveNoWatchOnADirectoryThatCannotBeMarked() throws IOException {
    Directory opened = directory();
    int wd = marks.watch(opened);

    assertThatThrownBy(() -> marks.mark(opened, wd))
        .isInstanceOf(ErrnoException.class)
        .hasMessageContaining("fanotify_mark");

    assertThat(WatchInfo.of(inotify)).isEmpty();
    assertThat(opened.fd().isOpen()).isFalse();
  }

  @Test
  void endAWatch() throws IOException {
    try (Directory opened = directory()) {
      int wd = marks.watch(opened);

      marks.unwatch(wd);

      assertThat(WatchInfo.of(inotify)).isEmpty();
    }
  }

  @Test
  void doNotMindAWatchThatEndedWithItsDirectory() throws IOException {
    Path gone = Files.createDirectory(directory.resolve("gone"));
    int wd;
    try (Directory opened = Directory.open(gone.toString().getBytes(UTF_8))) {
      wd = marks.watch(opened);
    }
    Files.delete(gone);

    assertThatCode(() -> marks.unwatch(wd)).doesNotThrowAnyException();
  }

  @Test
  void listTheDirectoriesInADirectory() throws IOException {
    Files.createDirectories(directory.resolve("a/b"));
    Files.createDirectory(directory.resolve(".hidden"));
    Files.createFile(directory.resolve("file"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("a"));

    assertThat(listed()).containsExactlyInAnyOrder("a", ".hidden");
  }

  @Test
  void listMoreDirectoriesThanOneReadTakes() throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      names.add(i + "n".repeat(200));
    }
    for (String name : names) {
      Files.createDirectory(directory.resolve(name));
    }

    assertThat(listed()).containsExactlyInAnyOrderElementsOf(names);
  }

  private Directory directory() throws ErrnoException {
    return Directory.open(directory.toString().getBytes(UTF_8));
  }

  private List<String> listed() throws ErrnoException {
    try (Directory opened = directory()) {
      return marks.list(opened).stream().map(name -> new String(name, ISO_8859_1)).toList();
    }
  }
}
