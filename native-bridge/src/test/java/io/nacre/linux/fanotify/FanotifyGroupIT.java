package io.nacre.linux.fanotify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import io.nacre.linux.fixture.ChildProcess;
import io.nacre.linux.fixture.PrivateTmpfs;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the kernel does with marks and answers.
 *
 * <p>Only a child process opens what is marked: if this one did, it would wait for itself.
 */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FanotifyGroupIT {
  private static final int LONG_MILLIS = 10_000;
  private static final long OPEN_IN_DIRECTORY =
      FanotifyMask.FAN_OPEN_PERM | FanotifyMask.FAN_EVENT_ON_CHILD;

  private final NativeBuffer buffer = new NativeBuffer(4096);
  private final FanotifyEvents events = new FanotifyEvents();

  private PrivateTmpfs tmpfs;
  private FanotifyGroup group;
  private Path file;

  @BeforeAll
  static void assumeAllowed() throws IOException {
    PrivateTmpfs.assumeAllowed();
  }

  @BeforeEach
  void open() throws Exception {
    tmpfs = PrivateTmpfs.mount();
    file = tmpfs.file("f", "content");
    group = FanotifyGroup.open(FanotifyGroup.Kind.PERMISSION);
  }

  @AfterEach
  void close() throws IOException {
    try {
      group.close();
    } finally {
      tmpfs.close();
    }
  }

  @Test
  void anAllowedOpenGoesOn() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    try (ChildProcess cat = cat(file);
        Fd event = nextEvent()) {
      group.respond(event.number(), Response.ALLOW);

      assertThat(cat.exitCode()).isZero();
      assertThat(cat.readAll()).isEqualTo("content\n");
    }
  }

  @Test
  void aDeniedOpenIsNotPermitted() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    try (ChildProcess cat = cat(file);
        Fd event = nextEvent()) {
      group.respond(event.number(), Response.DENY);

      assertThat(cat.exitCode()).isEqualTo(1);
      assertThat(cat.readAll()).contains("Operation not permitted").doesNotContain("content");
    }
  }

  @Test
  void anEventHasTheWaitingProcessAndItsFile() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    try (ChildProcess cat = cat(file);
        Fd event = nextEvent()) {
      byte[] opened = new DescriptorPath().read(event.number()).bytes();

      assertThat(events.mask()).isEqualTo(FanotifyMask.FAN_OPEN_PERM);
      assertThat(events.needsResponse()).isTrue();
      assertThat(events.isOverflow()).isFalse();
      assertThat(events.pid()).isEqualTo(cat.pid());
      assertThat(opened).isEqualTo(path(file.toRealPath()));
      assertThat(cat.isAlive()).isTrue();
      group.respond(event.number(), Response.ALLOW);
      assertThat(cat.exitCode()).isZero();
    }
  }

  @Test
  void readingThroughTheEventRaisesNoEvent() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    NativeBuffer content = new NativeBuffer(64);
    try (ChildProcess cat = cat(file);
        Fd event = nextEvent()) {
      int count = event.read(content);
      int atTheEnd = event.read(content);

      assertThat(content.copy(0, count)).isEqualTo("content".getBytes(UTF_8));
      assertThat(atTheEnd).isZero();
      assertThat(group.read(buffer)).isZero();
      group.respond(event.number(), Response.ALLOW);
      assertThat(cat.exitCode()).isZero();
    }
  }

  @Test
  void anEventOfThreadsTellsTheThread() throws Exception {
    FutureTask<Integer> opened =
        new FutureTask<>(
            () -> {
              Files.readString(file);
              String self = Files.readSymbolicLink(Path.of("/proc/thread-self")).toString();
              return Integer.valueOf(self.substring(self.lastIndexOf('/') + 1));
            });
    try (FanotifyGroup threads = FanotifyGroup.open(FanotifyGroup.Kind.THREADS)) {
      long open = FanotifyMask.FAN_OPEN | FanotifyMask.FAN_EVENT_ON_CHILD;
      threads.mark(MarkType.INODE, open, path(tmpfs.root()));

      new Thread(opened, "opener")
          .start(); // no process waits for this group, so it may be this one
      int thread = opened.get();

      events.over(buffer.bytes(), threads.read(buffer));
      assertThat(events.next()).isTrue();
      new Fd(events.fd()).close();
      assertThat(events.pid()).isEqualTo(thread).isNotEqualTo(ProcFs.self());
      assertThat(events.mask()).isEqualTo(FanotifyMask.FAN_OPEN);
    }
  }

  @Test
  void anEventIsAnsweredOnce() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    try (ChildProcess cat = cat(file);
        Fd event = nextEvent()) {
      group.respond(event.number(), Response.ALLOW);

      assertThatThrownBy(() -> group.respond(event.number(), Response.DENY))
          .asInstanceOf(type(ErrnoException.class))
          .returns("write", ErrnoException::call)
          .returns(Errno.ENOENT, ErrnoException::errno);
      assertThat(cat.exitCode()).isZero();
    }
  }

  @Test
  void aBatchAnswersEveryProcess() throws Exception {
    Path other = tmpfs.file("g", "other");
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    ResponseBatch batch = new ResponseBatch(group, 8);
    try (ChildProcess allowed = cat(file);
        Fd first = nextEvent();
        ChildProcess denied = cat(other);
        Fd second = nextEvent()) {
      batch.add(first.number(), Response.ALLOW);
      batch.add(second.number(), Response.DENY);

      int gone = batch.send();

      assertThat(gone).isZero();
      assertThat(allowed.exitCode()).isZero();
      assertThat(denied.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aBatchAnswersTheOthersWhenSomeAreGone() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    ResponseBatch batch = new ResponseBatch(group, 8);
    try (ChildProcess allowed = cat(file);
        Fd first = nextEvent();
        ChildProcess denied = cat(file);
        Fd second = nextEvent()) {
      batch.add(1_000_000, Response.ALLOW);
      batch.add(first.number(), Response.ALLOW);
      batch.add(1_000_001, Response.ALLOW);
      batch.add(1_000_002, Response.ALLOW);
      batch.add(second.number(), Response.DENY);
      batch.add(1_000_003, Response.ALLOW);

      int gone = batch.send();

      assertThat(gone).isEqualTo(4);
      assertThat(batch.size()).isZero();
      assertThat(allowed.exitCode()).isZero();
      assertThat(denied.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aBatchAnswersTheOthersBeforeItThrows() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    ResponseBatch batch = new ResponseBatch(group, 8);
    try (ChildProcess allowed = cat(file);
        Fd first = nextEvent();
        ChildProcess denied = cat(file);
        Fd second = nextEvent()) {
      batch.add(first.number(), Response.ALLOW);
      batch.add(-1, Response.ALLOW);
      batch.add(second.number(), Response.DENY);

      assertThatThrownBy(batch::send)
          .asInstanceOf(type(ErrnoException.class))
          .returns("writev", ErrnoException::call)
          .returns(Errno.EINVAL, ErrnoException::errno);
      assertThat(allowed.exitCode()).isZero();
      assertThat(denied.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void oneReadTakesEveryEventThatWaits() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    List<Integer> opened = new ArrayList<>();
    try (ChildProcess first = cat(file);
        ChildProcess second = cat(file)) {
      while (opened.size() < 2) {
        readEvents();
        while (events.next()) {
          try (Fd event = new Fd(events.fd())) {
            opened.add(events.pid());
            group.respond(event.number(), Response.ALLOW);
          }
        }
      }

      assertThat(opened).containsExactlyInAnyOrder(first.pid(), second.pid());
      assertThat(first.exitCode()).isZero();
      assertThat(second.exitCode()).isZero();
    }
  }

  @Test
  void marksADirectoryByItsDescriptor() throws Exception {
    try (Directory directory = Directory.open(path(tmpfs.root()))) {
      group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, directory.fd());
    }

    try (ChildProcess cat = cat(file);
        Fd event = nextEvent()) {
      group.respond(event.number(), Response.DENY);

      assertThat(cat.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aMarkOnADirectoryDoesNotReachBelowIt() throws Exception {
    tmpfs.directory("sub");
    Path below = tmpfs.file("sub/f", "below");
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));

    try (ChildProcess cat = cat(below)) {
      assertThat(cat.exitCode()).isZero();
      assertThat(group.read(buffer)).isZero();
    }
  }

  @Test
  void aMarkOnAFileIsForThatFile() throws Exception {
    Path other = tmpfs.file("g", "other");
    group.mark(MarkType.INODE, FanotifyMask.FAN_OPEN_PERM, path(file));

    try (ChildProcess unmarked = cat(other)) {
      assertThat(unmarked.exitCode()).isZero();
    }
    try (ChildProcess marked = cat(file);
        Fd event = nextEvent()) {
      group.respond(event.number(), Response.DENY);

      assertThat(marked.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void noProcessWaitsAfterTheMarkIsRemoved() throws Exception {
    try (Directory directory = Directory.open(path(tmpfs.root()))) {
      group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, directory.fd());

      group.unmark(MarkType.INODE, OPEN_IN_DIRECTORY, directory.fd());
    }

    try (ChildProcess cat = cat(file)) {
      assertThat(cat.exitCode()).isZero();
      assertThat(group.read(buffer)).isZero();
    }
  }

  @Test
  void takesOffNoMarkThatIsNotThere() throws Exception {
    try (Directory directory = Directory.open(path(tmpfs.root()))) {
      assertThatThrownBy(() -> group.unmark(MarkType.INODE, OPEN_IN_DIRECTORY, directory.fd()))
          .asInstanceOf(type(ErrnoException.class))
          .returns("fanotify_mark", ErrnoException::call)
          .returns(Errno.ENOENT, ErrnoException::errno);
    }
  }

  @Test
  void marksNoPathThatIsNotThere() {
    assertThatThrownBy(
            () -> group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root().resolve("none"))))
        .asInstanceOf(type(ErrnoException.class))
        .returns("fanotify_mark", ErrnoException::call)
        .returns(Errno.ENOENT, ErrnoException::errno);
  }

  @Test
  void aMarkOnTheFileSystemReachesEveryDirectory() throws Exception {
    tmpfs.directory("sub");
    Path below = tmpfs.file("sub/f", "below");
    group.mark(MarkType.FILESYSTEM, FanotifyMask.FAN_OPEN_PERM, path(tmpfs.root()));

    try (ChildProcess cat = cat(below);
        Fd event = nextEvent()) {
      group.respond(event.number(), Response.DENY);

      assertThat(cat.exitCode()).isEqualTo(1);
    }
  }

  @Test
  void aMarkOnTheMountReachesEveryDirectory() throws Exception {
    tmpfs.directory("sub");
    Path below = tmpfs.file("sub/f", "below");
    group.mark(MarkType.MOUNT, FanotifyMask.FAN_OPEN_PERM, path(tmpfs.root()));

    try (ChildProcess cat = cat(below);
        Fd event = nextEvent()) {
      group.respond(event.number(), Response.ALLOW);

      assertThat(cat.exitCode()).isZero();
    }
  }

  @Test
  void ignoresTheFilesOfADirectoryUntilItsMarksAreFlushed() throws Exception {
    tmpfs.directory("d");
    tmpfs.directory("d/sub");
    Path inside = tmpfs.file("d/f", "inside");
    Path other = tmpfs.file("d/g", "other");
    Path below = tmpfs.file("d/sub/f", "below");
    try (Directory directory = Directory.open(path(tmpfs.root().resolve("d")))) {
      group.mark(MarkType.FILESYSTEM, FanotifyMask.FAN_OPEN_PERM, path(tmpfs.root()));
      assertAsks(inside);

      group.setLastingIgnoreMark(MarkType.INODE, OPEN_IN_DIRECTORY, directory.fd());

      assertRaisesNoEvent(inside);
      assertRaisesNoEvent(inside);
      assertRaisesNoEvent(other);
      assertAsks(below);
      assertAsks(file);

      group.flushInodeMarks();

      assertAsks(inside);
      assertAsks(other);
      assertAsks(file);
    }
  }

  @Test
  void ignoresTheFilesOfADirectoryWhereverItMovesAndWhateverIsWritten() throws Exception {
    tmpfs.directory("d");
    Path inside = tmpfs.file("d/f", "inside");
    Path moved = tmpfs.root().resolve("moved");
    try (Directory directory = Directory.open(path(tmpfs.root().resolve("d")))) {
      group.mark(MarkType.FILESYSTEM, FanotifyMask.FAN_OPEN_PERM, path(tmpfs.root()));
      group.setLastingIgnoreMark(MarkType.INODE, OPEN_IN_DIRECTORY, directory.fd());

      ChildProcess.run("sh", "-c", "echo more >> \"$1\"", "sh", inside.toString());
      assertRaisesNoEvent(inside);
      ChildProcess.run("mv", tmpfs.root().resolve("d").toString(), moved.toString());
      assertRaisesNoEvent(moved.resolve("f"));
      assertAsks(file);
    }
  }

  @Test
  void closingTheGroupAllowsProcessesThatWait() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    try (ChildProcess cat = cat(file);
        Fd event = nextEvent()) {
      assertThat(event.isOpen()).isTrue();
      assertThat(cat.isAlive()).isTrue();

      group.close();

      assertThat(cat.exitCode()).isZero();
    }
  }

  @Test
  void closingTheGroupAllowsWhoseEventIsNotReadYet() throws Exception {
    group.mark(MarkType.INODE, OPEN_IN_DIRECTORY, path(tmpfs.root()));
    try (ChildProcess cat = cat(file)) {
      assertThat(new Poll(group.fd()).await(LONG_MILLIS)).isEqualTo(1);

      group.close();

      assertThat(cat.exitCode()).isZero();
    }
  }

  @Test
  void noProcessWaitsForAGroupOfNotifications() throws Exception {
    long mask = FanotifyMask.FAN_CLOSE_WRITE | FanotifyMask.FAN_EVENT_ON_CHILD;
    group.close();
    group = FanotifyGroup.open(FanotifyGroup.Kind.NOTIFICATION);
    group.mark(MarkType.INODE, mask, path(tmpfs.root()));

    try (ChildProcess writer =
        ChildProcess.start("sh", "-c", "echo more >> \"$1\"", "sh", file.toString())) {
      assertThat(writer.exitCode()).isZero();
      try (Fd event = nextEvent()) {
        assertThat(events.mask()).isEqualTo(FanotifyMask.FAN_CLOSE_WRITE);
        assertThat(events.needsResponse()).isFalse();
        assertThat(events.pid()).isEqualTo(writer.pid());
        assertThat(new DescriptorPath().read(event.number()).bytes())
            .isEqualTo(path(file.toRealPath()));
      }
    }
  }

  private void assertAsks(Path opened) throws Exception {
    try (ChildProcess cat = cat(opened);
        Fd event = nextEvent()) {
      group.respond(event.number(), Response.ALLOW);

      assertThat(cat.exitCode()).isZero();
      assertThat(group.read(buffer)).isZero();
    }
  }

  private void assertRaisesNoEvent(Path opened) throws Exception {
    try (ChildProcess cat = cat(opened)) {
      assertThat(cat.exitCode()).isZero();
      assertThat(group.read(buffer)).isZero();
    }
  }

  /** Waits for the next event, which {@link #events} then stands on. */
  private Fd nextEvent() throws ErrnoException {
    readEvents();
    assertThat(events.next()).isTrue();
    return new Fd(events.fd());
  }

  private void readEvents() throws ErrnoException {
    assertThat(new Poll(group.fd()).await(LONG_MILLIS)).isEqualTo(1);
    events.over(buffer.bytes(), group.read(buffer));
  }

  private static ChildProcess cat(Path file) throws IOException {
    return ChildProcess.start("cat", file.toString());
  }

  private static byte[] path(Path path) {
    return PrivateTmpfs.bytes(path);
  }
}
