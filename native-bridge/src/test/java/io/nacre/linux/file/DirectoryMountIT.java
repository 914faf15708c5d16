package io.nacre.linux.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fixture.ChildProcess;
import io.nacre.linux.fixture.PrivateTmpfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is mounted in a directory, and how a walk stays out of it; nothing is marked here. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DirectoryMountIT {

  /** The two ways to open a child on the same mount. */
  enum Way {
    BY_THE_KERNEL {
      @Override
      Directory open(Directory parent, byte[] name) throws ErrnoException {
        return parent.openChildOnSameMount(name);
      }
    },
    BY_COMPARING_MOUNTS {
      @Override
      Directory open(Directory parent, byte[] name) throws ErrnoException {
        return parent.openChildAndCompareMounts(name);
      }
    };

    abstract Directory open(Directory parent, byte[] name) throws ErrnoException;
  }

  private PrivateTmpfs tmpfs;
  private Directory parent;

  @BeforeAll
  static void assumeAllowed() throws IOException {
    PrivateTmpfs.assumeAllowed();
  }

  @BeforeEach
  void mount() throws Exception {
    tmpfs = PrivateTmpfs.mount();
    parent = Directory.open(PrivateTmpfs.bytes(tmpfs.root()));
  }

  /** What is mounted below goes with it. */
  @AfterEach
  void unmount() throws IOException {
    parent.close();
    tmpfs.close();
  }

  @ParameterizedTest
  @EnumSource
  void opensADirectoryOfTheSameMount(Way way) throws Exception {
    Path made = tmpfs.directory("d");

    try (Directory child = way.open(parent, name("d"))) {
      assertThat(new DescriptorPath().read(child.fd().number()).bytes())
          .isEqualTo(PrivateTmpfs.bytes(made.toRealPath()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void opensNoDirectoryOfAnotherFileSystem(Way way) throws Exception {
    ChildProcess.run("mount", "-t", "tmpfs", "nacre-test", tmpfs.directory("d").toString());

    assertRefused(way, "d", Errno.EXDEV);
  }

  @ParameterizedTest
  @EnumSource
  void opensNoDirectoryThatIsBoundThere(Way way) throws Exception {
    Path source = tmpfs.directory("source");
    ChildProcess.run("mount", "--bind", source.toString(), tmpfs.directory("d").toString());

    assertRefused(way, "d", Errno.EXDEV);
  }

  @ParameterizedTest
  @EnumSource
  void followsNoSymbolicLink(Way way) throws Exception {
    Files.createSymbolicLink(tmpfs.root().resolve("link"), tmpfs.directory("d"));

    assertRefused(way, "link", Errno.ELOOP, Errno.ENOTDIR);
  }

  @ParameterizedTest
  @EnumSource
  void opensNothingElseThanADirectory(Way way) throws Exception {
    tmpfs.file("f", "content");

    assertRefused(way, "f", Errno.ENOTDIR);
    assertRefused(way, "none", Errno.ENOENT);
    assertRefused(way, "x".repeat(256), Errno.ENAMETOOLONG);
    assertRefused(way, "x".repeat(5000), Errno.ENAMETOOLONG);
  }

  @ParameterizedTest
  @EnumSource
  void leavesNothingOpenThatItRefused(Way way) throws Exception {
    ChildProcess.run("mount", "-t", "tmpfs", "nacre-test", tmpfs.directory("d").toString());
    long before = openDescriptors();

    for (int i = 0; i < 200; i++) {
      assertRefused(way, "d", Errno.EXDEV);
    }

    assertThat(openDescriptors()).isLessThan(before + 100); // other threads may open some
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.count();
    }
  }

  private void assertRefused(Way way, String child, Integer... errno) {
    assertThatThrownBy(() -> way.open(parent, name(child)).close())
        .asInstanceOf(type(ErrnoException.class))
        .extracting(ErrnoException::errno)
        .isIn((Object[]) errno);
  }

  private static byte[] name(String child) {
    return child.getBytes(UTF_8);
  }
}
