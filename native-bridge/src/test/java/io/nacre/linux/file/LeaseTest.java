package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.fixture.ChildProcess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaseTest {
  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void makeFile() throws IOException {
    file = Files.writeString(directory.resolve("f"), "before\n");
  }

  @Test
  void isHeldUntilItIsReleased() throws IOException {
    try (Fd fd = Opened.file(file)) {
      boolean atFirst = Lease.isHeld(fd);
      boolean taken = Lease.tryRead(fd);
      boolean then = Lease.isHeld(fd);
      Lease.release(fd);
      boolean afterwards = Lease.isHeld(fd);

      assertThat(atFirst).isFalse();
      assertThat(taken).isTrue();
      assertThat(then).isTrue();
      assertThat(afterwards).isFalse();
    }
  }

  @Test
  void isNotGivenWhileAProcessWrites() throws IOException {
    FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE);
    try (Fd fd = Opened.file(file)) {
      boolean whileWriting = Lease.tryRead(fd);
      writer.close();
      boolean afterwards = Lease.tryRead(fd);

      assertThat(whileWriting).isFalse();
      assertThat(afterwards).isTrue();
      Lease.release(fd);
    }
  }

  @Test
  void letsReadersOpen() throws IOException {
    try (Fd fd = Opened.file(file)) {
      Lease.tryRead(fd);

      assertThat(file).hasContent("before");
      assertThat(Lease.isHeld(fd)).isTrue();
    }
  }

  @Test
  void isNotGivenOnADirectory() throws IOException {
    try (Fd fd = Opened.file(directory)) {
      assertThatThrownBy(() -> Lease.tryRead(fd))
          .asInstanceOf(type(ErrnoException.class))
          .returns("fcntl", ErrnoException::call)
          .returns(Errno.EINVAL, ErrnoException::errno);
    }
  }

  @Test
  void throwsTheErrorOfADescriptorThatIsNotOpen() {
    Fd fd = new Fd(Integer.MAX_VALUE);

    assertThatThrownBy(() -> Lease.tryRead(fd)).isInstanceOf(ErrnoException.class);
    assertThatThrownBy(() -> Lease.isHeld(fd)).isInstanceOf(ErrnoException.class);
    assertThatThrownBy(() -> Lease.release(fd)).isInstanceOf(ErrnoException.class);
  }

  @Test
  void keepsAWriterWaitingUntilItIsReleasedAndTheHolderLives() throws Exception {
    try (ChildProcess holder =
        ChildProcess.start(ChildProcess.java(Holder.class, file.toString()))) {
      assertThat(holder.readLine()).isEqualTo("held");
      try (ChildProcess writer =
          ChildProcess.start("sh", "-c", "echo after >> \"$1\"", "sh", file.toString())) {
        assertThat(holder.readLine()).isEqualTo("a writer waits; the file has 7 bytes");
        assertThat(holder.exitCode()).isZero();
        assertThat(writer.exitCode()).isZero();
        assertThat(file).hasContent("before\nafter\n");
      }
    }
  }

  /** Holds a lease until a writer waits; a JVM of its own, because the kernel signals it. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (Fd fd = Opened.file(Path.of(arguments[0]))) {
        Lease.tryRead(fd);
        System.out.println(Lease.isHeld(fd) ? "held" : "not held");
        await().atMost(Duration.ofSeconds(10)).until(() -> !Lease.isHeld(fd));
        long size = new Statx().read(fd.number()).size();
        System.out.println("a writer waits; the file has " + size + " bytes");
        Lease.release(fd);
      }
    }
  }
}
