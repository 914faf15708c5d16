package io.nacre.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrnoExceptionTest {

  @Test
  void saysWhichCallFailedAndWhy() {
    ErrnoException failure = new ErrnoException("openat", Errno.ENOENT);

    assertThat(failure).hasMessage("openat: No such file or directory");
    assertThat(failure.call()).isEqualTo("openat");
    assertThat(failure.errno()).isEqualTo(Errno.ENOENT);
  }

  @Test
  void takesTheErrorOfTheLastCall() {
    int failed = IoLib.close(-1);
    ErrnoException failure = ErrnoException.last("close");

    assertThat(failed).isEqualTo(-1);
    assertThat(failure.errno()).isEqualTo(Errno.EBADF);
    assertThat(failure).hasMessage("close: Bad file descriptor");
  }

  @Test
  void keepsTheErrorsOfThreadsApart() {
    IoLib.close(-1);
    int there =
        CompletableFuture.supplyAsync(
                () -> {
                  IoLib.eventfd(0, -1);
                  return ErrnoException.lastErrno();
                })
            .join();
    int here = ErrnoException.lastErrno();

    assertThat(there).isEqualTo(Errno.EINVAL);
    assertThat(here).isEqualTo(Errno.EBADF);
  }

  /** From asm-generic/errno-base.h and errno.h, with the sentences of strerror(3). */
  @ParameterizedTest
  @CsvSource({
    "1, Operation not permitted",
    "2, No such file or directory",
    "4, Interrupted system call",
    "9, Bad file descriptor",
    "11, Resource temporarily unavailable",
    "12, Cannot allocate memory",
    "13, Permission denied",
    "16, Device or resource busy",
    "17, File exists",
    "18, Invalid cross-device link",
    "19, No such device",
    "20, Not a directory",
    "21, Is a directory",
    "22, Invalid argument",
    "23, Too many open files in system",
    "24, Too many open files",
    "28, No space left on device",
    "32, Broken pipe",
    "36, File name too long",
    "38, Function not implemented",
    "40, Too many levels of symbolic links",
    "95, Operation not supported",
    "104, Connection reset by peer",
    "110, Connection timed out",
    "111, Connection refused",
    "115, Operation now in progress",
    "116, Stale file handle"
  })
  void speaksLikeTheCLibrary(int errno, String sentence) {
    assertThat(Errno.message(errno)).isEqualTo(sentence);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 4095})
  void givesTheNumberOfAnErrorItDoesNotKnow(int errno) {
    assertThat(Errno.message(errno)).isEqualTo("error " + errno);
  }
}
