package io.nacre.linux.fanotify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import io.nacre.linux.fixture.ChildProcess;
import io.nacre.linux.fixture.PrivateTmpfs;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Writers of real files; nothing is marked that would block a process. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WriterProbeIT {
  private PrivateTmpfs tmpfs;
  private WriterProbe probe;
  private Path file;

  @BeforeAll
  static void assumeAllowed() throws IOException {
    PrivateTmpfs.assumeAllowed();
  }

  @BeforeEach
  void open() throws Exception {
    tmpfs = PrivateTmpfs.mount();
    file = tmpfs.file("f", "content");
    probe = WriterProbe.open();
  }

  @AfterEach
  void close() throws IOException {
    probe.close();
    tmpfs.close();
  }

  @Test
  void seesNoReader() throws IOException {
    try (FileChannel reader = FileChannel.open(file);
        Fd event = event()) {
      assertThat(probe.hasWriter(event.number())).isFalse();
      assertThat(probe.hasWriter(event.number())).as("asked again").isFalse();
      assertThat(reader.isOpen()).isTrue();
    }
  }

  @Test
  void seesAWriterUntilItCloses() throws IOException {
    try (Fd event = event()) {
      boolean whileOpen;
      try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
        whileOpen = probe.hasWriter(event.number());
        assertThat(writer.isOpen()).isTrue();
      }

      assertThat(whileOpen).isTrue();
      assertThat(probe.hasWriter(event.number())).isFalse();
    }
  }

  @Test
  void seesAMappingWhoseDescriptorIsClosed() throws IOException {
    try (Fd event = event()) {
      MappedByteBuffer mapping;
      try (FileChannel writer =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        mapping = writer.map(MapMode.READ_WRITE, 0, 4);
      }

      assertThat(probe.hasWriter(event.number())).isTrue();
      Reference.reachabilityFence(mapping);
    }
  }

  @Test
  void seesAWriterByAnotherName() throws IOException {
    Path link = Files.createLink(tmpfs.root().resolve("link"), file);
    try (FileChannel writer = FileChannel.open(link, StandardOpenOption.WRITE);
        Fd event = event()) {
      assertThat(probe.hasWriter(event.number())).isTrue();
      assertThat(writer.isOpen()).isTrue();
    }
  }

  @Test
  void seesAProcessThatWaitsToOpenForWriting() throws Exception {
    try (FanotifyGroup group = FanotifyGroup.open(FanotifyGroup.Kind.PERMISSION);
        Fd event = event()) {
      group.mark(
          MarkType.INODE,
          FanotifyMask.FAN_OPEN_PERM | FanotifyMask.FAN_EVENT_ON_CHILD,
          PrivateTmpfs.bytes(tmpfs.root()));
      try (ChildProcess writer = ChildProcess.start("sh", "-c", ": >> " + file)) {
        await().until(() -> probe.hasWriter(event.number()));
        assertThat(writer.isAlive()).isTrue();
      }
    }
  }

  @Test
  void throwsTheErrorOfADescriptorThatIsNotOpen() {
    assertThatThrownBy(() -> probe.hasWriter(Integer.MAX_VALUE))
        .asInstanceOf(type(ErrnoException.class))
        .returns("fanotify_mark", ErrnoException::call)
        .returns(Errno.EBADF, ErrnoException::errno);
  }

  /** The file, open as the kernel opens it for an event. */
  private Fd event() throws IOException {
    try (Directory directory = Directory.open(PrivateTmpfs.bytes(tmpfs.root()))) {
      return directory.openFile("f".getBytes(UTF_8));
    }
  }
}
