package io.nacre.engine.verdict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileVersionTest {
  @TempDir Path directory;

  private Path file;
  private FileVersion before;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("f"), "content");
    before = version(file);
  }

  @Test
  void isTheSameWhileNothingHappens() throws IOException {
    Files.readString(file);

    assertThat(version(file)).isEqualTo(before);
  }

  @Test
  void isAnotherWhenTheSizeIs() throws IOException {
    Files.writeString(file, "contents");

    assertThat(version(file)).isNotEqualTo(before);
  }

  @Test
  void isAnotherWhenTheModificationTimeIs() throws IOException {
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_123L));

    FileVersion after = version(file);

    assertThat(after).isNotEqualTo(before);
    assertThat(after.modifiedSeconds()).isEqualTo(1_000_000_000L);
    assertThat(after.modifiedNanos()).isEqualTo(123_000_000);
    assertThat(after.inode()).isEqualTo(before.inode());
  }

  @Test
  void isAnotherForAnotherFileOfTheSameContents() throws IOException {
    Path copy = Files.copy(file, directory.resolve("g"));

    assertThat(version(copy)).isNotEqualTo(before);
  }

  private static FileVersion version(Path path) throws IOException {
    return FileVersion.of(
        new Statx().readPath(NativeBuffer.cString(path.toString().getBytes(UTF_8))));
  }
}
