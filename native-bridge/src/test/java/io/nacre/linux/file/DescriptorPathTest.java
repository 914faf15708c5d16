package io.nacre.linux.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.fixture.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorPathTest {
  private static final int PATH_MAX = 4096;

  @TempDir Path temporary;

  private final DescriptorPath path = new DescriptorPath();
  private Path directory;

  @BeforeEach
  void resolveLinks() throws IOException {
    directory = temporary.toRealPath();
  }

  @Test
  void isThePathOfTheFile() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    try (Fd fd = Opened.file(file)) {
      path.read(fd.number());
    }

    assertThat(path.bytes()).isEqualTo(Opened.bytes(file));
    assertThat(path.length()).isEqualTo(Opened.bytes(file).length);
    assertThat(path.at(0)).isEqualTo((byte) '/');
    assertThat(path.at(path.length() - 1)).isEqualTo((byte) 'f');
  }

  @Test
  void isCopiedToTheStartOfABuffer() throws IOException {
    byte[] target = new byte[PATH_MAX];
    try (Fd fd = Opened.file(directory)) {
      path.read(fd.number());
    }

    path.copyTo(target);

    assertThat(target).startsWith(Opened.bytes(directory));
    assertThat(target[path.length()]).isZero();
  }

  @Test
  void isThePathWithoutSymbolicLinks() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);

    try (Fd fd = Opened.file(link)) {
      assertThat(path.read(fd.number()).bytes()).isEqualTo(Opened.bytes(file));
    }
  }

  @Test
  void keepsANameThatIsNotUtf8() throws Exception {
    ChildProcess.run("sh", "-c", "touch \"$1/$(printf 'a\\377b')\"", "sh", directory.toString());
    byte[] name = Opened.bytes(directory.resolve("a?b"));
    name[name.length - 2] = (byte) 0xff;

    try (Fd fd = Opened.file(name)) {
      assertThat(path.read(fd.number()).bytes()).isEqualTo(name);
    }
  }

  @Test
  void saysThatTheFileIsDeleted() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    try (Fd fd = Opened.file(file)) {
      Files.delete(file);

      assertThat(path.read(fd.number()).bytes()).isEqualTo((file + " (deleted)").getBytes(UTF_8));
    }
  }

  @Test
  void followsTheFileWhenItIsMoved() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    Path moved = directory.resolve("moved");
    try (Fd fd = Opened.file(file)) {
      Files.move(file, moved);

      assertThat(path.read(fd.number()).bytes()).isEqualTo(Opened.bytes(moved));
    }
  }

  @Test
  void forgetsALongerPathBeforeIt() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    try (Fd longer = Opened.file(file);
        Fd shorter = Opened.file(Path.of("/"))) {
      path.read(longer.number());

      path.read(shorter.number());

      assertThat(path.bytes()).isEqualTo("/".getBytes(UTF_8));
    }
  }

  @Test
  void isAPathThatSystemCallsTake() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));
    try (Fd longer = Opened.file(file);
        Fd fd = Opened.file(directory)) {
      path.read(longer.number());
      long inode = new Statx().readPath(path.read(fd.number()).cString()).inode();

      assertThat(inode).isEqualTo(Files.getAttribute(directory, "unix:ino"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, PATH_MAX - 1})
  void holdsEveryPathThatFitsAPage(int length) throws IOException {
    Path deep = deepDirectory(directory, length);
    try (Fd fd = Opened.file(deep)) {
      assertThat(path.read(fd.number()).bytes()).isEqualTo(Opened.bytes(deep));
    }
  }

  @Test
  void refusesAPathThatDoesNotFitAPage() throws IOException {
    Path upper = deepDirectory(directory.resolve("upper"), 2500);
    Path lower = deepDirectory(directory.resolve("lower"), 2500);
    Path below = directory.resolve("lower").relativize(lower);
    Path moved = Files.move(directory.resolve("lower"), upper.resolve("lower"));
    try (Directory top = Directory.open(Opened.bytes(moved));
        Directory bottom = top.openChild(Opened.bytes(below))) {
      assertThatThrownBy(() -> path.read(bottom.fd().number()))
          .asInstanceOf(type(ErrnoException.class))
          .returns("readlink", ErrnoException::call)
          .returns(Errno.ENAMETOOLONG, ErrnoException::errno);
      assertThat(path.length()).isZero();
    } finally {
      // Back to where it can be deleted by its path.
      Files.move(moved, directory.resolve("lower"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void throwsTheErrorOfANumberThatIsNotOpen(int number) {
    assertThatThrownBy(() -> path.read(number))
        .isInstanceOf(ErrnoException.class)
        .hasMessageStartingWith("readlink: ");
  }

  /** Makes directories below {@code start} until a path has {@code length} bytes. */
  private static Path deepDirectory(Path start, int length) throws IOException {
    Path deep = start;
    int left = length - deep.toString().length();
    while (left > 0) {
      int name = left > 400 ? 200 : left > 250 ? left - 201 : left - 1;
      deep = deep.resolve("d".repeat(name));
      left = length - deep.toString().length();
    }
    return Files.createDirectories(deep);
  }
}
