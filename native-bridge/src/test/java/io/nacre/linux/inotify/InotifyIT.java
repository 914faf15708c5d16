package io.nacre.linux.inotify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.file.Directory;
import io.nacre.linux.fixture.PrivateTmpfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The events of directories that change; no process waits for them. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InotifyIT {
  private static final int MASK =
      InotifyMask.IN_CREATE
          | InotifyMask.IN_DELETE
          | InotifyMask.IN_MOVED_FROM
          | InotifyMask.IN_MOVED_TO
          | InotifyMask.IN_MOVE_SELF
          | InotifyMask.IN_DELETE_SELF
          | InotifyMask.IN_ONLYDIR
          | InotifyMask.IN_DONT_FOLLOW
          | InotifyMask.IN_EXCL_UNLINK;

  private static final int MANY = 100_000;

  private record Event(int wd, int mask, int cookie, String name) {}

  @TempDir Path root;

  private final NativeBuffer buffer = new NativeBuffer(1 << 16);
  private final InotifyEvents events = new InotifyEvents();
  private Inotify inotify;

  @BeforeEach
  void open() throws ErrnoException {
    inotify = Inotify.open();
  }

  @AfterEach
  void close() {
    inotify.close();
  }

  @Test
  void hasNothingToReadWhileNothingChanges() throws Exception {
    inotify.watch(path(root), MASK);

    assertThat(inotify.read(buffer)).isZero();
  }

  @Test
  void wakesAWaitForItsDescriptor() throws Exception {
    inotify.watch(path(root), MASK);
    Poll poll = new Poll(inotify.fd());
    int before = poll.await(0);

    Files.createDirectory(root.resolve("d"));

    assertThat(before).isZero();
    assertThat(poll.await(10_000)).isEqualTo(1);
  }

  @Test
  void tellsThatADirectoryIsCreated() throws Exception {
    int wd = inotify.watch(path(root), MASK);

    Files.createDirectory(root.resolve("d"));

    assertThat(read())
        .containsExactly(new Event(wd, InotifyMask.IN_CREATE | InotifyMask.IN_ISDIR, 0, "d"));
  }

  @Test
  void tellsFilesFromDirectories() throws Exception {
    int wd = inotify.watch(path(root), MASK);

    Files.createFile(root.resolve("f"));

    assertThat(read()).containsExactly(new Event(wd, InotifyMask.IN_CREATE, 0, "f"));
  }

  @Test
  void tellsThatAWatchedDirectoryIsDeleted() throws Exception {
    Path child = Files.createDirectory(root.resolve("d"));
    int parentWd = inotify.watch(path(root), MASK);
    int childWd = inotify.watch(path(child), MASK);

    Files.delete(child);

    assertThat(read())
        .containsExactlyInAnyOrder(
            new Event(childWd, InotifyMask.IN_DELETE_SELF, 0, ""),
            new Event(childWd, InotifyMask.IN_IGNORED, 0, ""),
            new Event(parentWd, InotifyMask.IN_DELETE | InotifyMask.IN_ISDIR, 0, "d"));
  }

  @Test
  void pairsTheTwoEndsOfAMoveByACookie() throws Exception {
    Path from = Files.createDirectory(root.resolve("from"));
    Path to = Files.createDirectory(root.resolve("to"));
    Path child = Files.createDirectory(from.resolve("old"));
    int fromWd = inotify.watch(path(from), MASK);
    int toWd = inotify.watch(path(to), MASK);
    int childWd = inotify.watch(path(child), MASK);

    Files.move(child, to.resolve("new"));

    List<Event> read = read();
    int cookie = read.get(0).cookie();
    assertThat(cookie).isNotZero();
    assertThat(read)
        .containsExactly(
            new Event(fromWd, InotifyMask.IN_MOVED_FROM | InotifyMask.IN_ISDIR, cookie, "old"),
            new Event(toWd, InotifyMask.IN_MOVED_TO | InotifyMask.IN_ISDIR, cookie, "new"),
            new Event(childWd, InotifyMask.IN_MOVE_SELF, 0, ""));
  }

  @Test
  void givesEveryMoveACookieOfItsOwn() throws Exception {
    Files.createDirectory(root.resolve("a"));
    inotify.watch(path(root), MASK);

    Files.move(root.resolve("a"), root.resolve("b"));
    Files.move(root.resolve("b"), root.resolve("c"));

    List<Event> read = read();
    assertThat(read).extracting(Event::name).containsExactly("a", "b", "b", "c");
    assertThat(read.get(0).cookie()).isEqualTo(read.get(1).cookie());
    assertThat(read.get(2).cookie()).isEqualTo(read.get(3).cookie());
    assertThat(read.get(0).cookie()).isNotEqualTo(read.get(2).cookie());
  }

  @Test
  void aWatchFollowsItsDirectory() throws Exception {
    Path directory = Files.createDirectory(root.resolve("d"));
    int wd = inotify.watch(path(directory), MASK);

    Path moved = Files.move(directory, root.resolve("moved"));
    Files.createDirectory(moved.resolve("child"));

    assertThat(read())
        .contains(new Event(wd, InotifyMask.IN_CREATE | InotifyMask.IN_ISDIR, 0, "child"));
  }

  @Test
  void oneDirectoryHasOneWatch() throws Exception {
    try (Directory directory = Directory.open(path(root))) {
      int byPath = inotify.watch(path(root), MASK);
      int byDescriptor = inotify.watch(directory.fd(), MASK);

      assertThat(byDescriptor).isEqualTo(byPath);
    }
  }

  @Test
  void watchesWhatADescriptorIsOpenOnWhereverThatIs() throws Exception {
    Path place = Files.createDirectory(root.resolve("place"));
    try (Directory directory = Directory.open(path(place))) {
      Path moved = Files.move(place, root.resolve("moved"));
      Files.createDirectory(place);

      int wd = inotify.watch(directory.fd(), MASK);

      Files.createFile(place.resolve("elsewhere"));
      Files.createFile(moved.resolve("here"));
      assertThat(read()).containsExactly(new Event(wd, InotifyMask.IN_CREATE, 0, "here"));
    }
  }

  @Test
  void confirmsThatAWatchHasEnded() throws Exception {
    int wd = inotify.watch(path(root), MASK);

    inotify.unwatch(wd);
    Files.createFile(root.resolve("f"));

    assertThat(read()).containsExactly(new Event(wd, InotifyMask.IN_IGNORED, 0, ""));
  }

  @Test
  void endsNoWatchThatIsNotThere() {
    assertThatThrownBy(() -> inotify.unwatch(4711))
        .asInstanceOf(type(ErrnoException.class))
        .returns("inotify_rm_watch", ErrnoException::call)
        .returns(Errno.EINVAL, ErrnoException::errno);
  }

  @Test
  void watchesOnlyDirectories() throws Exception {
    Path file = Files.createFile(root.resolve("f"));

    assertThatThrownBy(() -> inotify.watch(path(file), MASK))
        .asInstanceOf(type(ErrnoException.class))
        .returns("inotify_add_watch", ErrnoException::call)
        .returns(Errno.ENOTDIR, ErrnoException::errno);
  }

  @Test
  void watchesNothingBehindASymbolicLink() throws Exception {
    Path directory = Files.createDirectory(root.resolve("d"));
    Path link = Files.createSymbolicLink(root.resolve("link"), directory);

    assertThatThrownBy(() -> inotify.watch(path(link), MASK))
        .asInstanceOf(type(ErrnoException.class))
        .returns(Errno.ENOTDIR, ErrnoException::errno);
  }

  @Test
  void watchesNothingThatIsNotThere() {
    assertThatThrownBy(() -> inotify.watch(path(root.resolve("none")), MASK))
        .asInstanceOf(type(ErrnoException.class))
        .returns(Errno.ENOENT, ErrnoException::errno);
  }

  @Test
  void tellsThatAFileSystemIsUnmounted() throws Exception {
    PrivateTmpfs.assumeAllowed();
    int wd;
    try (PrivateTmpfs tmpfs = PrivateTmpfs.mount()) {
      wd = inotify.watch(path(tmpfs.root()), MASK);
    }

    assertThat(read())
        .contains(
            new Event(wd, InotifyMask.IN_UNMOUNT | InotifyMask.IN_ISDIR, 0, ""),
            new Event(wd, InotifyMask.IN_IGNORED, 0, ""));
  }

  @Test
  void tellsThatEventsWereDropped() throws Exception {
    String limit = Files.readString(Path.of("/proc/sys/fs/inotify/max_queued_events")).trim();
    assumeThat(Integer.parseInt(limit)).as("a queue that is soon full").isLessThan(MANY);
    Path one = Files.createFile(root.resolve("one"));
    Path two = root.resolve("two");
    inotify.watch(path(root), MASK);

    for (int events = 0; events < MANY; events += 4) {
      Files.move(one, two);
      Files.move(two, one);
    }

    List<Event> read = read();
    assertThat(read).hasSizeLessThan(MANY);
    assertThat(read.get(read.size() - 1))
        .isEqualTo(new Event(-1, InotifyMask.IN_Q_OVERFLOW, 0, ""));
  }

  /** Reads every event there is; the kernel queues them before the change returns. */
  private List<Event> read() throws ErrnoException {
    List<Event> read = new ArrayList<>();
    int length = inotify.read(buffer);
    while (length > 0) {
      events.over(buffer.bytes(), length);
      while (events.next()) {
        String name = new String(events.name(), UTF_8);
        read.add(new Event(events.wd(), events.mask(), events.cookie(), name));
      }
      length = inotify.read(buffer);
    }
    return read;
  }

  private static byte[] path(Path path) {
    return PrivateTmpfs.bytes(path);
  }
}
