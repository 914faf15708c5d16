package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegularFileTest {
  @TempDir Path temporary;

  private final Statx statx = new Statx();
  private Path directory;

  @BeforeEach
  void resolveLinks() throws IOException {
    directory = temporary.toRealPath();
  }

  @Test
  void isFoundWithoutBeingOpened() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "content");
    look(file);

    try (Fd found = find(file)) {
      assertThatThrownBy(() -> found.read(new NativeBuffer(8)))
          .asInstanceOf(type(ErrnoException.class))
          .returns(Errno.EBADF, ErrnoException::errno);
      try (Fd opened = Directory.openForReading(found)) {
        assertThat(opened.read(new NativeBuffer(100))).isEqualTo("content".length());
      }
    }
  }

  @Test
  void isNotAnotherFileAtItsPath() throws IOException {
    look(Files.writeString(directory.resolve("other"), "other"));

    assertRefused(Files.writeString(directory.resolve("f"), "content"), Errno.ESTALE);
  }

  @Test
  void isNotWhatASymbolicLinkLeadsTo() throws IOException {
    Path file = Files.writeString(Files.createDirectory(directory.resolve("d")).resolve("f"), "c");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    Path above = Files.createSymbolicLink(directory.resolve("above"), directory.resolve("d"));
    look(file);

    assertRefused(above.resolve("f"), Errno.ELOOP);
    assertRefused(link, Errno.ESTALE); // the link itself, which is no file
  }

  @Test
  void isNoDirectory() throws IOException {
    look(directory);

    assertRefused(directory, Errno.ESTALE);
  }

  @Test
  void isNotThereAnyMore() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "content");
    look(file);
    Files.delete(file);

    assertRefused(file, Errno.ENOENT);
  }

  private void look(Path file) throws ErrnoException {
    statx.readPath(NativeBuffer.cString(Opened.bytes(file)));
  }

  private Fd find(Path file) throws ErrnoException {
    return RegularFile.find(Opened.bytes(file), found -> found.inode() == statx.inode());
  }

  private void assertRefused(Path file, int errno) {
    assertThatThrownBy(() -> find(file))
        .asInstanceOf(type(ErrnoException.class))
        .returns(errno, ErrnoException::errno);
  }
}
