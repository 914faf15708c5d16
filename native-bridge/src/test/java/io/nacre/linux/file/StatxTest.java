package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatxTest {
  @TempDir Path directory;

  private final Statx statx = new Statx();
  private Path file;

  @BeforeEach
  void makeFile() throws IOException {
    file = Files.writeString(directory.resolve("f"), "content");
  }

  @Test
  void agreesWithWhatJavaReadsOfAFile() throws IOException {
    try (Fd fd = Opened.file(file)) {
      statx.read(fd.number());
    }

    assertThat(statx.isRegular()).isTrue();
    assertThat(statx.isDirectory()).isFalse();
    assertThat(statx.mode()).isEqualTo(Files.getAttribute(file, "unix:mode"));
    assertThat(statx.links()).isEqualTo(Files.getAttribute(file, "unix:nlink"));
    assertThat(statx.uid()).isEqualTo(Files.getAttribute(file, "unix:uid"));
    assertThat(statx.gid()).isEqualTo(Files.getAttribute(file, "unix:gid"));
    assertThat(statx.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(statx.size()).isEqualTo(7);
    assertThat(statx.device()).isEqualTo(device((long) Files.getAttribute(file, "unix:dev")));
  }

  @Test
  void agreesWithWhatJavaReadsOfADirectory() throws IOException {
    statx.readPath(NativeBuffer.cString(Opened.bytes(directory)));

    assertThat(statx.isDirectory()).isTrue();
    assertThat(statx.isRegular()).isFalse();
    assertThat(statx.inode()).isEqualTo(Files.getAttribute(directory, "unix:ino"));
  }

  @Test
  void knowsADeviceForNeitherFileNorDirectory() throws ErrnoException {
    statx.readPath(NativeBuffer.cString(Opened.bytes(Path.of("/dev/null"))));

    assertThat(statx.isDirectory()).isFalse();
    assertThat(statx.isRegular()).isFalse();
  }

  @Test
  void knowsTheMountTheFileWasOpenedThrough() throws IOException {
    try (Fd fd = Opened.file(file)) {
      long ofFile = statx.read(fd.number()).mountId();
      long ofDirectory = statx.readPath(NativeBuffer.cString(Opened.bytes(directory))).mountId();
      long ofProc = statx.readPath(NativeBuffer.cString(Opened.bytes(Path.of("/proc")))).mountId();

      assertThat(ofFile).isEqualTo(ofDirectory).isNotEqualTo(ofProc);
    }
  }

  @Test
  void followsASymbolicLink() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);

    statx.readPath(NativeBuffer.cString(Opened.bytes(link)));

    assertThat(statx.isRegular()).isTrue();
    assertThat(statx.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
  }

  @Test
  void countsTheNamesOfAFile() throws IOException {
    try (Fd fd = Opened.file(file)) {
      int one = statx.read(fd.number()).links();
      Files.createLink(directory.resolve("other"), file);
      int two = statx.read(fd.number()).links();
      Files.delete(directory.resolve("other"));
      Files.delete(file);
      int none = statx.read(fd.number()).links();

      assertThat(one).isEqualTo(1);
      assertThat(two).isEqualTo(2);
      assertThat(none).isZero();
    }
  }

  @Test
  void hasTheWholeSizeOfALargeFile() throws IOException {
    long last = 5L << 30;
    try (FileChannel sparse = FileChannel.open(file, StandardOpenOption.WRITE)) {
      sparse.write(ByteBuffer.allocate(1), last);
    }

    statx.readPath(NativeBuffer.cString(Opened.bytes(file)));

    assertThat(statx.size()).isEqualTo(last + 1);
  }

  @Test
  void agreesWithWhatJavaReadsOfTheTimes() throws IOException {
    Instant modified = Instant.ofEpochSecond(1_000_000_007, 123_456_000);
    Files.setLastModifiedTime(file, FileTime.from(modified));

    statx.readPath(NativeBuffer.cString(Opened.bytes(file)));

    Instant changed = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
    assertThat(statx.modifiedSeconds()).isEqualTo(1_000_000_007);
    assertThat(statx.modifiedNanos()).isEqualTo(123_456_000);
    assertThat(Instant.ofEpochSecond(statx.changedSeconds(), statx.changedNanos()))
        .isEqualTo(changed);
    assertThat(Instant.ofEpochSecond(statx.bornSeconds(), statx.bornNanos()))
        .isBetween(changed.minus(Duration.ofMinutes(1)), changed);
  }

  @Test
  void seesThatAFileWasWrittenAndNotThatItWasRead() throws IOException {
    statx.readPath(NativeBuffer.cString(Opened.bytes(file)));
    Instant before = Instant.ofEpochSecond(statx.changedSeconds(), statx.changedNanos());
    long born = statx.bornNanos();

    Files.readString(file);
    statx.readPath(NativeBuffer.cString(Opened.bytes(file)));
    Instant afterRead = Instant.ofEpochSecond(statx.changedSeconds(), statx.changedNanos());
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    statx.readPath(NativeBuffer.cString(Opened.bytes(file)));

    assertThat(afterRead).isEqualTo(before);
    assertThat(statx.modifiedSeconds()).isZero();
    assertThat(statx.bornNanos()).isEqualTo((int) born);
  }

  @Test
  void throwsTheErrorOfADescriptorThatIsNotOpen() {
    assertThatThrownBy(() -> statx.read(Integer.MAX_VALUE))
        .asInstanceOf(type(ErrnoException.class))
        .returns("statx", ErrnoException::call)
        .returns(Errno.EBADF, ErrnoException::errno);
  }

  @Test
  void throwsTheErrorOfAPathThatIsNotThere() {
    NativeBuffer path = NativeBuffer.cString(Opened.bytes(directory.resolve("none")));

    assertThatThrownBy(() -> statx.readPath(path))
        .asInstanceOf(type(ErrnoException.class))
        .returns(Errno.ENOENT, ErrnoException::errno);
  }

  /** Splits a {@code dev_t} as gnu_dev_major(3) and gnu_dev_minor(3) do. */
  private static long device(long dev) {
    long major = (dev >>> 8 & 0xfff) | (dev >>> 32 & 0xfffff000L);
    long minor = (dev & 0xff) | (dev >>> 12 & 0xffffff00L);
    return major << 32 | minor;
  }
}
