package io.nacre.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.file.Directory;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdTest {
  /** A number no process has open. */
  private static final int NOT_OPEN = Integer.MAX_VALUE;

  private final NativeBuffer buffer = new NativeBuffer(8);

  @Test
  void refusesANegativeNumber() {
    assertThatThrownBy(() -> new Fd(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesWhatACallReturned() throws ErrnoException {
    try (Fd fd = Fd.orThrow("eventfd", IoLib.eventfd(0, 0))) {
      assertThat(fd.isOpen()).isTrue();
      assertThat(fd).hasToString("fd " + fd.number());
    }
  }

  @Test
  void throwsTheErrorOfACallThatFailed() {
    assertThatThrownBy(() -> Fd.orThrow("eventfd", IoLib.eventfd(0, -1)))
        .isInstanceOf(ErrnoException.class)
        .hasMessage("eventfd: Invalid argument");
  }

  @Test
  void isOpenUntilClosed() throws ErrnoException {
    Fd fd = eventfd(0);

    fd.close();

    assertThat(fd.isOpen()).isFalse();
  }

  @Test
  void neverClosesANumberThatWasUsedAgain() throws ErrnoException {
    Fd first = eventfd(0);
    first.close();
    try (Fd second = eventfd(1)) {
      assumeThat(second.number()).isEqualTo(first.number());

      first.close();

      assertThat(second.read(buffer)).isEqualTo(8);
    }
  }

  @Test
  void writesAndReads() throws ErrnoException {
    UnixSocket[] pair = UnixSocket.pair();
    try (Fd from = pair[0].fd();
        Fd to = pair[1].fd()) {
      int written = from.write(NativeBuffer.cString("hello".getBytes(UTF_8)), 5);
      int read = to.read(buffer);

      assertThat(written).isEqualTo(5);
      assertThat(read).isEqualTo(5);
      assertThat(buffer.copy(0, read)).isEqualTo("hello".getBytes(UTF_8));
    }
  }

  @Test
  void readsNothingWhenThereIsNothing() throws ErrnoException {
    UnixSocket[] pair = UnixSocket.pair();
    try (Fd from = pair[0].fd();
        Fd to = pair[1].fd()) {
      assertThat(from.read(buffer)).isZero();
      assertThat(to.read(buffer)).isZero();
    }
  }

  @Test
  void refusesToWriteMoreThanTheBufferHolds() throws ErrnoException {
    try (Fd fd = eventfd(0)) {
      assertThatThrownBy(() -> fd.write(buffer, 9)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void throwsTheErrorOfARead() throws ErrnoException {
    try (Directory directory = Directory.open("/".getBytes(UTF_8))) {
      assertThatThrownBy(() -> directory.fd().read(buffer))
          .asInstanceOf(type(ErrnoException.class))
          .returns("read", ErrnoException::call)
          .returns(Errno.EISDIR, ErrnoException::errno);
    }
  }

  @Test
  void throwsTheErrorOfAWrite() {
    Fd fd = new Fd(NOT_OPEN);

    assertThatThrownBy(() -> fd.write(buffer, 8))
        .asInstanceOf(type(ErrnoException.class))
        .returns("write", ErrnoException::call)
        .returns(Errno.EBADF, ErrnoException::errno);
  }

  @Test
  void readsAtAnOffsetAndMovesNone(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("f"), "0123456789");
    try (Directory parent = Directory.open(directory.toString().getBytes(UTF_8));
        Fd file = parent.openFile("f".getBytes(UTF_8))) {
      int middle = Fd.readAt(file.number(), 3, buffer, 2, 4);
      byte[] read = buffer.copy(2, middle);
      int end = Fd.readAt(file.number(), 8, buffer, 0, 8);
      int behind = Fd.readAt(file.number(), 10, buffer, 0, 8);

      assertThat(read).isEqualTo("3456".getBytes(UTF_8));
      assertThat(end).isEqualTo(2);
      assertThat(behind).isZero();
      assertThat(file.read(buffer)).isEqualTo(8);
      assertThat(buffer.copy(0, 8)).isEqualTo("01234567".getBytes(UTF_8));
    }
  }

  @Test
  void readsNothingToOutsideOfTheBuffer() {
    assertThatThrownBy(() -> Fd.readAt(NOT_OPEN, 0, buffer, 4, 5))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Fd.readAt(NOT_OPEN, 0, buffer, 0, 8))
        .asInstanceOf(type(ErrnoException.class))
        .returns("pread", ErrnoException::call)
        .returns(Errno.EBADF, ErrnoException::errno);
  }

  private static Fd eventfd(int initial) throws ErrnoException {
    return Fd.orThrow("eventfd", IoLib.eventfd(initial, 0));
  }
}
