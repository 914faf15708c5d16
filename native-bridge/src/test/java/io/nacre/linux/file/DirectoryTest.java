package io.nacre.linux.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fixture.ChildProcess;
import io.nacre.linux.process.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
  @TempDir Path temporary;

  @Test
  void listsNothingButDotsInAnEmptyDirectory() throws IOException {
    try (Directory directory = open(temporary)) {
      assertThat(names(directory, 4096)).containsExactlyInAnyOrder(".", "..");
    }
  }

  @Test
  void listsEveryNameOnceInManySteps() throws IOException {
    List<String> made = IntStream.range(0, 500).mapToObj(i -> "file-" + i).toList();
    for (String name : made) {
      Files.createFile(temporary.resolve(name));
    }

    try (Directory directory = open(temporary)) {
      List<String> names = names(directory, 1024);

      assertThat(names).hasSize(502).containsAll(made).doesNotHaveDuplicates();
    }
  }

  @Test
  void tellsDirectoriesFromFilesAndLinks() throws IOException {
    Files.createDirectory(temporary.resolve("sub"));
    Files.createFile(temporary.resolve("file"));
    Files.createSymbolicLink(temporary.resolve("link"), temporary.resolve("sub"));
    NativeBuffer buffer = new NativeBuffer(4096);
    DirectoryEntries entries = new DirectoryEntries();
    List<String> directories = new ArrayList<>();

    try (Directory directory = open(temporary)) {
      entries.over(buffer.bytes(), directory.list(buffer));
    }
    while (entries.next()) {
      if (entries.mayBeDirectory() && !entries.isDot()) {
        directories.add(new String(entries.name(), UTF_8));
      }
    }

    // A file system that does not say may make it more.
    assertThat(directories).contains("sub");
  }

  @Test
  void findsRegularFilesAndNothingElse() throws Exception {
    Files.writeString(temporary.resolve("file"), "contents");
    Files.createSymbolicLink(temporary.resolve("link"), temporary.resolve("file"));
    Files.createDirectory(temporary.resolve("sub"));
    ChildProcess.run("mkfifo", temporary.resolve("fifo").toString());

    try (Directory directory = open(temporary)) {
      Optional<Fd> path = directory.findRegularFile("file".getBytes(UTF_8));
      assertThat(path).isPresent();
      Fd file = Directory.openForReading(path.get());
      assertThat(file.read(new NativeBuffer(100))).isEqualTo(8);
      file.close();
      path.get().close();
      for (String other : List.of("link", "sub", "fifo")) {
        assertThat(directory.findRegularFile(other.getBytes(UTF_8))).as(other).isEmpty();
      }
    }
  }

  @Test
  void isListedFromTheStartWhenItIsReopened() throws IOException {
    try (Directory directory = open(temporary)) {
      names(directory, 4096);
      try (Directory again = directory.reopen()) {
        assertThat(names(again, 4096)).containsExactlyInAnyOrder(".", "..");
      }
    }
  }

  @Test
  void listsAndOpensANameThatIsNotUtf8() throws Exception {
    ChildProcess.run("sh", "-c", "mkdir \"$1/$(printf 'a\\377b')\"", "sh", temporary.toString());
    byte[] name = {'a', (byte) 0xff, 'b'};

    try (Directory directory = open(temporary);
        Directory child = directory.openChild(name)) {
      assertThat(names(directory, 4096)).contains(new String(name, ISO_8859_1));
      assertThat(new DescriptorPath().read(child.fd().number()).bytes()).endsWith(name);
    }
  }

  @Test
  void opensThroughASymbolicLinkByPath() throws IOException {
    Path sub = Files.createDirectory(temporary.resolve("sub"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), sub);

    try (Directory directory = open(link)) {
      assertThat(new Statx().read(directory.fd().number()).inode())
          .isEqualTo(Files.getAttribute(sub, "unix:ino"));
    }
  }

  @Test
  void followsNoSymbolicLinkToAChild() throws IOException {
    Path sub = Files.createDirectory(temporary.resolve("sub"));
    Files.createSymbolicLink(temporary.resolve("link"), sub);

    try (Directory directory = open(temporary)) {
      assertThatThrownBy(() -> directory.openChild("link".getBytes(UTF_8)))
          .asInstanceOf(type(ErrnoException.class))
          .matches(e -> e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP);
    }
  }

  @Test
  void opensNoChildThatIsAFile() throws IOException {
    Files.createFile(temporary.resolve("file"));

    try (Directory directory = open(temporary)) {
      assertThatThrownBy(() -> directory.openChild("file".getBytes(UTF_8)))
          .asInstanceOf(type(ErrnoException.class))
          .returns("openat", ErrnoException::call)
          .returns(Errno.ENOTDIR, ErrnoException::errno);
    }
  }

  @Test
  void doesNotWaitAtAFifo() throws Exception {
    ChildProcess.run("mkfifo", temporary.resolve("fifo").toString());

    try (Directory directory = open(temporary)) {
      assertThatThrownBy(() -> directory.openChild("fifo".getBytes(UTF_8)))
          .asInstanceOf(type(ErrnoException.class))
          .returns(Errno.ENOTDIR, ErrnoException::errno);
    }
  }

  @Test
  void opensTheChildWhereverItsParentHasMoved() throws IOException {
    Path parent = Files.createDirectory(temporary.resolve("parent"));
    Files.createDirectory(parent.resolve("child"));

    try (Directory directory = open(parent)) {
      Path moved = Files.move(parent, temporary.resolve("moved"));
      try (Directory child = directory.openChild("child".getBytes(UTF_8))) {
        assertThat(new DescriptorPath().read(child.fd().number()).bytes())
            .isEqualTo(Opened.bytes(moved.resolve("child").toRealPath()));
      }
    }
  }

  @Test
  void opensADirectoryByItsHandleWhereverItHasMoved() throws IOException {
    assumeMayOpenByHandle();
    Path made = Files.createDirectory(temporary.resolve("made"));
    FileHandle handle = handleOf(made);
    Path moved = Files.move(made, temporary.resolve("moved")).toRealPath();

    try (Directory directory = open(temporary);
        Directory found = directory.openByHandle(handle.type(), handle.bytes())) {
      assertThat(new DescriptorPath().read(found.fd().number()).bytes())
          .isEqualTo(Opened.bytes(moved));
    }
  }

  @Test
  void opensNoDirectoryByAHandleThatIsStale() throws IOException {
    assumeMayOpenByHandle();
    Path made = Files.createDirectory(temporary.resolve("made"));
    FileHandle handle = handleOf(made);
    Files.delete(made);

    try (Directory directory = open(temporary)) {
      assertThatThrownBy(() -> directory.openByHandle(handle.type(), handle.bytes()))
          .asInstanceOf(type(ErrnoException.class))
          .returns("open_by_handle_at", ErrnoException::call)
          .returns(Errno.ESTALE, ErrnoException::errno);
    }
  }

  private static FileHandle handleOf(Path path) throws ErrnoException {
    try (Fd opened = Opened.file(path)) {
      return FileHandle.of(opened.number());
    }
  }

  @Test
  void throwsTheErrorOfADirectoryThatIsNotThere() {
    assertThatThrownBy(() -> open(temporary.resolve("none")))
        .asInstanceOf(type(ErrnoException.class))
        .returns("openat", ErrnoException::call)
        .returns(Errno.ENOENT, ErrnoException::errno);
  }

  @Test
  void throwsTheErrorOfABufferTooSmallForAName() throws IOException {
    try (Directory directory = open(temporary)) {
      assertThatThrownBy(() -> directory.list(new NativeBuffer(8)))
          .asInstanceOf(type(ErrnoException.class))
          .returns("getdents64", ErrnoException::call)
          .returns(Errno.EINVAL, ErrnoException::errno);
    }
  }

  private static void assumeMayOpenByHandle() throws IOException {
    assumeThat(Capability.CAP_DAC_READ_SEARCH.isEffective())
        .as("needs CAP_DAC_READ_SEARCH")
        .isTrue();
  }

  private static Directory open(Path path) throws ErrnoException {
    return Directory.open(Opened.bytes(path));
  }

  /** Lists to the end; every byte of a name becomes one character. */
  private static List<String> names(Directory directory, int step) throws ErrnoException {
    NativeBuffer buffer = new NativeBuffer(step);
    DirectoryEntries entries = new DirectoryEntries();
    List<String> names = new ArrayList<>();
    int length = directory.list(buffer);
    while (length > 0) {
      entries.over(buffer.bytes(), length);
      while (entries.next()) {
        names.add(new String(entries.name(), ISO_8859_1));
      }
      length = directory.list(buffer);
    }
    return names;
  }
}
