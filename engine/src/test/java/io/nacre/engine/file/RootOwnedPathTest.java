package io.nacre.engine.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Xattrs;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootOwnedPathTest {
  private static final String WRITABLE = " can be written by others than its owner";

  @TempDir private Path directory;

  private Path program;
  private Path shared;

  @BeforeEach
  void makeFiles() throws IOException {
    allow(directory, "rwxr-xr-x");
    program = Files.createFile(directory.resolve("program"));
    allow(program, "rwxr-xr-x");
    shared = Files.createDirectory(directory.resolve("shared"));
    allow(shared, "rwxrwxrwx");
  }

  @Test
  void acceptsAPathThatOnlyRootCanChange() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("program"));

    assertThat(RootOwnedPath.complaint(program)).isEmpty();
    assertThat(RootOwnedPath.complaint(link)).isEmpty();
  }

  @Test
  void refusesAFileOfAnotherUser() throws IOException {
    own(program, 1000);

    assertThat(RootOwnedPath.complaint(program)).contains(program + " belongs to user 1000");
  }

  @Test
  void refusesADirectoryOfAnotherUserOnTheWay() throws IOException {
    own(directory, 1000);

    assertThat(RootOwnedPath.complaint(program)).contains(directory + " belongs to user 1000");
  }

  @Test
  void refusesAFileThatItsGroupOrOthersCanWrite() throws IOException {
    allow(program, "rwxrwxr-x");
    assertThat(RootOwnedPath.complaint(program)).contains(program + WRITABLE);

    allow(program, "rwxr-xrwx");
    assertThat(RootOwnedPath.complaint(program)).contains(program + WRITABLE);
  }

  @Test
  void refusesADirectoryOnTheWayThatItsGroupOrOthersCanWrite() throws IOException {
    allow(directory, "rwxrwxr-x");
    assertThat(RootOwnedPath.complaint(program)).contains(directory + WRITABLE);

    allow(directory, "rwxr-xrwx");
    assertThat(RootOwnedPath.complaint(program)).contains(directory + WRITABLE);
  }

  @Test
  void acceptsAStickyDirectoryOnTheWayButNotAtTheEnd() throws IOException {
    Files.setAttribute(shared, "unix:mode", 01777);
    Path inside = Files.createFile(shared.resolve("inside"));
    allow(inside, "rw-r--r--");

    assertThat(RootOwnedPath.complaint(inside)).isEmpty();
    assertThat(RootOwnedPath.complaint(shared)).contains(shared + WRITABLE);
  }

  @Test
  void refusesAStickyDirectoryOfAnotherUser() throws IOException {
    Path inside = Files.createFile(shared.resolve("inside"));
    own(shared, 1000);
    Files.setAttribute(shared, "unix:mode", 01777);

    assertThat(RootOwnedPath.complaint(inside)).contains(shared + " belongs to user 1000");
  }

  @Test
  void refusesAnAccessControlListThatLetsAnotherUserWrite() throws IOException {
    assumeThat(setList(program)).as("access control lists on " + directory).isTrue();

    assertThat(RootOwnedPath.complaint(program)).contains(program + WRITABLE);
  }

  @Test
  void refusesALinkThatOthersCanReplace() throws IOException {
    Path theirs = Files.createSymbolicLink(shared.resolve("theirs"), program);
    Path ours = Files.createSymbolicLink(directory.resolve("ours"), theirs);
    Path back = directory.resolve("shared/../program");

    assertThat(RootOwnedPath.complaint(theirs)).contains(shared + WRITABLE);
    assertThat(RootOwnedPath.complaint(ours)).contains(shared + WRITABLE);
    assertThat(RootOwnedPath.complaint(back)).isPresent();
  }

  @Test
  void refusesALinkOfAnotherUser() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), program);
    own(link, 1000);

    assertThat(RootOwnedPath.complaint(link)).contains(link + " belongs to user 1000");
  }

  @Test
  void refusesLinksInACircle() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("link"));

    assertThat(RootOwnedPath.complaint(link))
        .contains(link + " leads through too many symbolic links");
  }

  @Test
  void failsIfThereIsNoSuchFile() {
    assertThatThrownBy(() -> RootOwnedPath.complaint(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static void allow(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private static void own(Path file, int uid) throws IOException {
    assumeThat(ProcFs.effectiveUserOfSelf()).as("user").isZero();
    Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
  }

  /** Lets user 1000 write; returns false if the file system has no such lists. */
  private static boolean setList(Path file) {
    String version = "02000000";
    String owner = "01000700ffffffff"; // tag, permissions, id
    String user = "02000600e8030000";
    String group = "04000500ffffffff";
    String mask = "10000700ffffffff";
    String others = "20000500ffffffff";
    byte[] list = HexFormat.of().parseHex(version + owner + user + group + mask + others);
    try (Directory parent = Directory.open(bytes(Objects.requireNonNull(file.getParent())));
        Fd fd = parent.openFile(bytes(Objects.requireNonNull(file.getFileName())))) {
      new Xattrs().set(fd.number(), "system.posix_acl_access", list);
      return true;
    } catch (ErrnoException e) {
      return false;
    }
  }

  private static byte[] bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8);
  }
}
