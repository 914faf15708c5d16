package io.nacre.engine.watch.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.fixture.Opener;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import io.nacre.linux.inotify.Inotify;
import io.nacre.linux.inotify.WatchInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenDirectoriesTest {
  private static final int PATH_MAX = 4096;

  @TempDir Path directory;

  private final DirectoryTable table = new DirectoryTable();
  private final Set<Integer> ours = new HashSet<>();
  private Inotify inotify;
  private OpenDirectories opened;
  private Path srv;
  private int root;
  private int a;
  private int b;

  @BeforeEach
  void makeTree() throws IOException {
    srv = Files.createDirectory(directory.resolve("srv"));
    Files.createDirectories(srv.resolve("a/b"));
    inotify = Inotify.open();
    opened = new OpenDirectories(inotify, wd -> table.byWd(wd) != -1 || ours.contains(wd));
    root = table.add(DirectoryTable.NONE, bytes(srv.toString()), watch(srv));
    a = table.add(root, bytes("a"), watch(srv.resolve("a")));
    b = table.add(a, bytes("b"), watch(srv.resolve("a/b")));
  }

  @AfterEach
  void close() {
    opened.close();
    inotify.close();
  }

  @Test
  void opensEachDirectoryWhereItShouldBe() throws IOException {
    assertThat(openedInode(root)).contains(inode(srv));
    assertThat(openedInode(b)).contains(inode(srv.resolve("a/b")));
    assertThat(openedInode(a)).contains(inode(srv.resolve("a")));
  }

  @Test
  void keepsTheLastOneAndItsRootOpen() throws IOException {
    Directory first = opened.open(table, b).orElseThrow();
    Directory top = opened.open(table, root).orElseThrow();

    assertThat(opened.open(table, b)).containsSame(first);
    assertThat(opened.open(table, root)).containsSame(top);
    assertThat(first.fd().isOpen()).isTrue();
  }

  @Test
  void closesTheLastOneForTheNext() throws IOException {
    Directory first = opened.open(table, b).orElseThrow();

    Directory next = opened.open(table, a).orElseThrow();

    assertThat(first.fd().isOpen()).isFalse();
    assertThat(next.fd().isOpen()).isTrue();
  }

  @Test
  void closesAllThatIsOpenForAnotherRoot() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    int otherRoot = table.add(DirectoryTable.NONE, bytes(other.toString()), watch(other));
    Directory top = opened.open(table, root).orElseThrow();
    Directory last = opened.open(table, b).orElseThrow();

    assertThat(openedInode(otherRoot)).contains(inode(other));

    assertThat(top.fd().isOpen()).isFalse();
    assertThat(last.fd().isOpen()).isFalse();
  }

  @Test
  void opensAgainAfterAllWasClosed() throws IOException {
    Directory top = opened.open(table, root).orElseThrow();
    Directory last = opened.open(table, b).orElseThrow();

    opened.close();

    assertThat(top.fd().isOpen()).isFalse();
    assertThat(last.fd().isOpen()).isFalse();
    assertThat(openedInode(b)).contains(inode(srv.resolve("a/b")));
  }

  @Test
  void leavesToTheCallerWhatItReleased() throws IOException {
    try (Directory last = opened.release(opened.open(table, b).orElseThrow());
        Directory top = opened.release(opened.open(table, root).orElseThrow())) {
      opened.close();

      assertThat(last.fd().isOpen()).isTrue();
      assertThat(top.fd().isOpen()).isTrue();
      assertThat(opened.open(table, b).orElseThrow()).isNotSameAs(last);
      assertThat(opened.open(table, root).orElseThrow()).isNotSameAs(top);
    }
  }

  @Test
  void noticesThatADirectoryIsGone() throws IOException {
    Files.delete(srv.resolve("a/b"));

    assertThat(openedInode(b)).isEmpty();
  }

  @Test
  void noticesThatAFileHasItsName() throws IOException {
    Files.move(srv.resolve("a/b"), srv.resolve("moved"));
    Files.createFile(srv.resolve("a/b"));

    assertThat(openedInode(b)).isEmpty();
  }

  @Test
  void noticesThatAnotherDirectoryHasItsName() throws IOException {
    Files.move(srv.resolve("a/b"), srv.resolve("moved"));
    Files.createDirectory(srv.resolve("a/b"));
    int watches = WatchInfo.of(inotify).size();

    assertThat(openedInode(b)).isEmpty();

    assertThat(WatchInfo.of(inotify)).as("no watch for the wrong one").hasSize(watches);
  }

  @Test
  void leavesTheWatchOfADirectoryThatIsKnownElsewhere() throws IOException {
    Files.move(srv.resolve("a/b"), srv.resolve("moved"));
    Files.createDirectory(srv.resolve("c"));
    ours.add(watch(srv.resolve("c")));
    Files.move(srv.resolve("c"), srv.resolve("a/b"));
    int watches = WatchInfo.of(inotify).size();

    assertThat(openedInode(b)).isEmpty();

    assertThat(WatchInfo.of(inotify)).hasSize(watches);
  }

  @Test
  void followsTheTableToWhereADirectoryMoved() throws IOException {
    Files.move(srv.resolve("a"), srv.resolve("moved"));
    assertThat(openedInode(b)).isEmpty();

    table.move(a, root, bytes("moved"));

    assertThat(openedInode(b)).contains(inode(srv.resolve("moved/b")));
  }

  @Test
  void followsNoSymbolicLink() throws IOException {
    Path moved = srv.resolve("moved");
    Files.move(srv.resolve("a"), moved);
    Files.createSymbolicLink(srv.resolve("a"), moved);

    assertThat(openedInode(a)).isEmpty();
    assertThat(openedInode(b)).as("nor one on the way").isEmpty();
  }

  @Test
  void followsNoSymbolicLinkToARoot() throws IOException {
    Path moved = directory.resolve("moved");
    Files.move(srv, moved);
    Files.createSymbolicLink(srv, moved);

    assertThat(openedInode(root)).isEmpty();
    assertThat(openedInode(b)).isEmpty();
  }

  @Test
  void opensNothingBelowARootThatIsAnotherDirectory() throws IOException {
    Files.move(srv, directory.resolve("moved"));
    Files.createDirectories(srv.resolve("a/b"));

    assertThat(openedInode(b)).isEmpty();
    assertThat(openedInode(root)).isEmpty();
  }

  @Test
  void opensADirectoryWhosePathIsTooLongForOneCall() throws IOException {
    int node = root;
    Path top = Files.createDirectory(directory.resolve("deep"));
    try {
      String name = "d".repeat(200);
      Path chain = makeChain(top, name, 3 * PATH_MAX / 2 / 200);
      Files.move(chain, srv.resolve(name));
      Directory here = Directory.open(bytes(srv.toString()));
      for (int level = 0; level < 3 * PATH_MAX / 2 / 200; level++) {
        Directory next = here.openChild(bytes(name));
        here.close();
        here = next;
        node = table.add(node, bytes(name), inotify.watch(here.fd(), DirectoryMarks.WATCHED));
      }
      long deepest = new Statx().read(here.fd().number()).inode();
      here.close();

      assertThat(table.path(node).length).isGreaterThan(PATH_MAX);
      assertThat(openedInode(node)).contains(deepest);
    } finally {
      Opener.command("rm", "-rf", srv.toString()).await(); // by steps
    }
  }

  @Test
  void passesOnWhatIsNoMatterOfDirectories() {
    inotify.close();

    assertThatThrownBy(() -> opened.open(table, b)).isInstanceOf(ErrnoException.class);
  }

  /** Makes directories in each other, the innermost first, since no call takes the whole path. */
  private static Path makeChain(Path top, String name, int levels) throws IOException {
    Path inner = Files.createDirectory(top.resolve("0-" + name.substring(2)));
    for (int level = 1; level < levels; level++) {
      Path outer = Files.createDirectory(top.resolve(level % 2 + "-" + name.substring(2)));
      Files.move(inner, outer.resolve(name));
      inner = outer;
    }
    return inner;
  }

  private Optional<Long> openedInode(int node) throws ErrnoException {
    Optional<Directory> found = opened.open(table, node);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(new Statx().read(found.get().fd().number()).inode());
  }

  private int watch(Path path) throws ErrnoException {
    return inotify.watch(bytes(path.toString()), DirectoryMarks.WATCHED);
  }

  private static long inode(Path path) throws IOException {
    return (long) Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
