package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtectedPathTest {
  @TempDir Path temporary;

  private Path directory;

  @BeforeEach
  void resolve() throws IOException {
    directory = temporary.toRealPath();
  }

  @Test
  void isTheDirectoryItself() {
    assertThat(ProtectedPath.resolve(directory.toString())).isEqualTo(directory);
  }

  @Test
  void hasNoSlashAtTheEndAndNoDots() {
    assertThat(ProtectedPath.resolve(directory + "/")).isEqualTo(directory);
    assertThat(ProtectedPath.resolve(directory + "/.//")).isEqualTo(directory);
  }

  @Test
  void isWhatALinkLeadsTo() throws IOException {
    Path target = Files.createDirectory(directory.resolve("target"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);

    assertThat(ProtectedPath.resolve(link.toString())).isEqualTo(target);
  }

  @Test
  void isTheRootDirectoryIfAsked() {
    assertThat(ProtectedPath.resolve("/")).isEqualTo(Path.of("/"));
  }

  @Test
  void mustExist() {
    assertRefused(directory + "/none", directory + "/none does not exist");
  }

  @Test
  void mustBeADirectory() throws IOException {
    Path file = Files.createFile(directory.resolve("f"));

    assertRefused(file.toString(), file + " is not a directory");
  }

  @Test
  void mustNotBeALinkThatLeadsNowhere() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("none"));

    assertRefused(link.toString(), link + " does not exist");
  }

  @Test
  void mustBeAbsolute() {
    assertRefused("srv", "srv must be an absolute path");
    assertRefused("", "an empty text is no path");
    assertRefused("~/x", "~/x must be an absolute path: ~ is not expanded");
  }

  @Test
  void mustBeAPath() {
    assertRefused("/srv\0x", "/srv\0x is not a path");
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> ProtectedPath.resolve(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
