package io.nacre.engine.cli.clamonacc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
  @TempDir private Path directory;

  @Test
  void holdsOurNumberUntilItIsClosed() throws IOException {
    Path file = Files.writeString(directory.resolve("pid"), "an old one");

    PidFile pid = PidFile.write(file);

    assertThat(file).hasContent(String.valueOf(ProcessHandle.current().pid()));
    pid.close();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void writesNothingThroughAnotherNameOfAFile() throws IOException {
    Path victim = Files.writeString(directory.resolve("victim"), "precious");
    Path file = Files.createLink(directory.resolve("pid"), victim);

    PidFile.write(file).close();

    assertThat(victim).hasContent("precious");
  }

  @Test
  void followsNoLinkAndWaitsForNoPipe() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThatThrownBy(() -> PidFile.write(link)).hasMessage("it is not a regular file");
    assertThatThrownBy(() -> PidFile.write(pipe)).hasMessage("it is not a regular file");
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("link", "pipe");
  }
}
