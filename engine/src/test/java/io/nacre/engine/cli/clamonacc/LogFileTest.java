package io.nacre.engine.cli.clamonacc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir private Path directory;

  @Test
  void appendsLines() throws IOException {
    Path file = Files.writeString(directory.resolve("log"), "before\n");

    try (LogFile log = LogFile.open(file)) {
      log.write("/a: Eicar FOUND");
    }

    assertThat(Files.readAllLines(file)).containsExactly("before", "/a: Eicar FOUND");
  }

  @Test
  void isForItsOwnerAndGroup() throws IOException {
    Path file = directory.resolve("log");

    LogFile.open(file).close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .startsWith("rw-")
        .endsWith("---");
  }

  @Test
  void goesOnInANewFile() throws IOException {
    Path file = directory.resolve("log");
    try (LogFile log = LogFile.open(file)) {
      log.write("one");
      Files.move(file, directory.resolve("log.1"));

      log.reopen();
      log.write("two");
    }

    assertThat(Files.readAllLines(directory.resolve("log.1"))).containsExactly("one");
    assertThat(Files.readAllLines(file)).containsExactly("two");
  }

  @Test
  void followsNoLinkAndWaitsForNoPipe() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThatThrownBy(() -> LogFile.open(link)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> LogFile.open(pipe)).hasMessageContaining("not a regular file");
    assertThat(directory.resolve("target")).doesNotExist();
  }

  @Test
  void isForOneProgram() throws IOException {
    Path file = directory.resolve("log");
    try (LogFile log = LogFile.open(file)) {
      assertThatThrownBy(() -> LogFile.open(file)).isInstanceOf(IOException.class);
      log.write("still there");
    }
    assertThat(Files.readAllLines(file)).containsExactly("still there");
  }
}
