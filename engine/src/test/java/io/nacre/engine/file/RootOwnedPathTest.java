package io.nacre.engine.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootOwnedPathTest {
  @TempDir private Path directory;

  private Path program;
  private Path anybodys;

  @BeforeEach
  void makeFiles() throws IOException {
    allow(directory, "rwxr-xr-x");
    program = Files.createFile(directory.resolve("program"));
    allow(program, "rwxr-xr-x");
    anybodys = Files.createDirectory(directory.resolve("anybodys"));
    allow(anybodys, "rwxrwxrwx");
  }

  @Test
  void trustsWhatOnlyWeCanChange() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("program"));

    assertThat(RootOwnedPath.complaint(program)).isEmpty();
    assertThat(RootOwnedPath.complaint(link)).isEmpty();
  }

  @Test
  void complainsOfALinkThatOthersCanExchange() throws IOException {
    Path theirs = Files.createSymbolicLink(anybodys.resolve("theirs"), program);
    Path ours = Files.createSymbolicLink(directory.resolve("ours"), theirs);
    Path back = directory.resolve("anybodys/../program");

    assertThat(RootOwnedPath.complaint(theirs))
        .contains(anybodys + " can be written by others than its owner");
    assertThat(RootOwnedPath.complaint(ours))
        .contains(anybodys + " can be written by others than its owner");
    assertThat(RootOwnedPath.complaint(back)).isPresent();
  }

  @Test
  void complainsOfLinksInACircle() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("link"));

    assertThat(RootOwnedPath.complaint(link))
        .contains(link + " leads through too many symbolic links");
  }

  private static void allow(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
