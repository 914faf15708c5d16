package io.nacre.linux.fanotify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import io.nacre.linux.fixture.PrivateTmpfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The events of names on a whole file system; no process waits for them. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FanotifyNamesIT {
  private static final long ONDIR = FanotifyMask.FAN_ONDIR;
  private static final long MOVES = FanotifyMask.FAN_MOVED_FROM | FanotifyMask.FAN_MOVED_TO;
  private static final long FILES = MOVES | FanotifyMask.FAN_CREATE | FanotifyMask.FAN_DELETE;

  /** A place of an event; the directory is where its handle leads now. */
  private record Event(long mask, Path directory, String name) {}

  private final NativeBuffer buffer = new NativeBuffer(1 << 16);
  private final FanotifyNames names = new FanotifyNames();

  private PrivateTmpfs tmpfs;
  private Path root;
  private Directory directory;
  private FanotifyGroup group;

  @BeforeAll
  static void assumeAllowed() throws IOException {
    PrivateTmpfs.assumeAllowed();
  }

  @BeforeEach
  void open() throws Exception {
    tmpfs = PrivateTmpfs.mount();
    root = tmpfs.root().toRealPath();
    directory = Directory.open(PrivateTmpfs.bytes(root));
    group = FanotifyGroup.open(FanotifyGroup.Kind.NAMES);
  }

  @AfterEach
  void close() throws IOException {
    group.close();
    directory.close();
    tmpfs.close();
  }

  @Test
  void tellsThatDirectoriesAndFilesAreMadeAndDeleted() throws Exception {
    mark(FILES | ONDIR);

    Path made = tmpfs.directory("d");
    Files.createFile(made.resolve("f"));
    Files.delete(made.resolve("f"));

    assertThat(read())
        .contains(new Event(FanotifyMask.FAN_CREATE | ONDIR, root, "d"))
        .filteredOn(event -> event.name().equals("f"))
        .extracting(Event::directory)
        .containsOnly(made.toRealPath());
  }

  @Test
  void tellsAMoveOfADirectoryWithinItsDirectory() throws Exception {
    Path parent = Files.createDirectory(root.resolve("parent"));
    Files.createDirectory(parent.resolve("old"));
    mark(MOVES | ONDIR);

    Files.move(parent.resolve("old"), parent.resolve("new"));

    assertThat(read())
        .containsExactly(
            new Event(FanotifyMask.FAN_MOVED_FROM | ONDIR, parent, "old"),
            new Event(FanotifyMask.FAN_MOVED_TO | ONDIR, parent, "new"));
  }

  @Test
  void tellsAMoveBetweenDirectoriesAtAnyDepth() throws Exception {
    Path from = Files.createDirectories(root.resolve("a/b/c"));
    Path to = Files.createDirectories(root.resolve("x/y"));
    Files.createDirectory(from.resolve("moved"));
    Files.createFile(from.resolve("file"));
    mark(MOVES | ONDIR);

    Files.move(from.resolve("moved"), to.resolve("there"));
    Files.move(from.resolve("file"), to.resolve("file"));

    assertThat(read())
        .containsExactly(
            new Event(FanotifyMask.FAN_MOVED_FROM | ONDIR, from, "moved"),
            new Event(FanotifyMask.FAN_MOVED_TO | ONDIR, to, "there"),
            new Event(FanotifyMask.FAN_MOVED_FROM, from, "file"),
            new Event(FanotifyMask.FAN_MOVED_TO, to, "file"));
  }

  @Test
  void tellsBothPlacesOfARenameAtOnce() throws Exception {
    Path from = Files.createDirectory(root.resolve("from"));
    Path to = Files.createDirectory(root.resolve("to"));
    Files.createDirectory(from.resolve("old"));
    mark(FanotifyMask.FAN_RENAME | ONDIR);

    Files.move(from.resolve("old"), to.resolve("new"));

    readEvents();
    assertThat(names.next()).isTrue();
    assertThat(names.mask()).isEqualTo(FanotifyMask.FAN_RENAME | ONDIR);
    assertThat(names.isDirectory()).isTrue();
    assertThat(names.nextPlace()).isTrue();
    assertThat(names.isOldPlace()).isTrue();
    assertThat(event()).isEqualTo(new Event(names.mask(), from, "old"));
    assertThat(names.nextPlace()).isTrue();
    assertThat(names.isNewPlace()).isTrue();
    assertThat(event()).isEqualTo(new Event(names.mask(), to, "new"));
    assertThat(names.nextPlace()).isFalse();
    assertThat(names.next()).isFalse();
  }

  @Test
  void saysNothingOfFilesWhenOnlyDirectoriesMove() throws Exception {
    mark(MOVES | ONDIR);
    tmpfs.directory("d");
    tmpfs.file("f", "content");
    Files.delete(root.resolve("f"));

    Files.move(root.resolve("d"), root.resolve("e"));

    assertThat(read()).extracting(Event::name).containsExactly("d", "e");
  }

  @Test
  void findsADirectoryByItsHandleWhereverItIsByNow() throws Exception {
    Path from = Files.createDirectory(root.resolve("from"));
    Files.createDirectory(from.resolve("d"));
    mark(FanotifyMask.FAN_MOVED_FROM | ONDIR);

    Files.move(from.resolve("d"), root.resolve("d"));
    Path elsewhere = Files.move(from, root.resolve("elsewhere"));

    assertThat(read())
        .containsExactly(
            new Event(FanotifyMask.FAN_MOVED_FROM | ONDIR, elsewhere, "d"),
            new Event(FanotifyMask.FAN_MOVED_FROM | ONDIR, root, "from"));
  }

  @Test
  void tellsWhatADirectoryItselfGoesThroughByADot() throws Exception {
    Path made = Files.createDirectory(root.resolve("d"));
    try (Directory marked = Directory.open(PrivateTmpfs.bytes(made))) {
      group.mark(MarkType.INODE, FanotifyMask.FAN_MOVE_SELF | ONDIR, marked.fd());
    }

    Path moved = Files.move(made, root.resolve("moved"));

    assertThat(read()).containsExactly(new Event(FanotifyMask.FAN_MOVE_SELF | ONDIR, moved, "."));
  }

  @Test
  void tellsThatItsQueueOverflowed() throws Exception {
    mark(FanotifyMask.FAN_CREATE);
    int most = maxQueuedEvents();
    Path full = Files.createFile(root.resolve("file"));
    for (int i = 0; i < most + 10; i++) {
      Path link = root.resolve("link-" + i);
      Files.createLink(link, full);
      Files.delete(link);
    }

    boolean overflowed = false;
    for (int length = group.read(buffer); length > 0; length = group.read(buffer)) {
      names.over(buffer.bytes(), length);
      while (names.next()) {
        overflowed |= names.isOverflow() && !names.nextPlace();
      }
    }
    assertThat(overflowed).isTrue();
  }

  /** In one read: the kernel gives nothing from the middle of such a file. */
  private static int maxQueuedEvents() throws IOException {
    Path limit = Path.of("/proc/sys/fs/fanotify/max_queued_events");
    return Integer.parseInt(Files.readAllLines(limit).get(0));
  }

  private void mark(long mask) throws ErrnoException {
    group.mark(MarkType.FILESYSTEM, mask, directory.fd());
  }

  private List<Event> read() throws ErrnoException {
    List<Event> all = new ArrayList<>();
    readEvents();
    while (names.next()) {
      while (names.nextPlace()) {
        all.add(event());
      }
    }
    return all;
  }

  private Event event() throws ErrnoException {
    try (Directory found = directory.openByHandle(names.handleType(), names.handle())) {
      byte[] path = new DescriptorPath().read(found.fd().number()).bytes();
      return new Event(
          names.mask(), Path.of(new String(path, UTF_8)), new String(names.name(), UTF_8));
    }
  }

  private void readEvents() throws ErrnoException {
    assertThat(new Poll(group.fd()).await(10_000)).isEqualTo(1);
    names.over(buffer.bytes(), group.read(buffer));
  }
}
