package io.nacre.engine.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FileFacts;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.WriterProbe;
import io.nacre.linux.file.MountTypes;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel tells of files on file systems of their own; nothing is marked. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelFileInspectorIT {

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "btrfs"})
  void aFileIsQuietWithoutAWriterIfItDidNotChangeJustNow(String type) throws IOException {
    try (PrivateMount mount = PrivateMount.mount(type);
        WriterProbe writers = WriterProbe.open()) {
      Path file = mount.clean("file");
      FileInspector inspector = inspector(Optional.of(writers), System::currentTimeMillis);

      try (Opened opened = Opened.open(file)) {
        await().until(() -> opened.isQuiet(inspector));
        assertThat(opened.isIdentifiable(inspector)).isTrue();
        assertThat(inspector.version(opened.fd())).contains(opened.facts().version());
        try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
          assertThat(opened.isQuiet(inspector)).isFalse();
          assertThat(writer.isOpen()).isTrue();
        }
        assertThat(opened.isQuiet(inspector)).isTrue();
      }
    }
  }

  @Test
  void aFileThatChangedJustNowIsNotQuiet() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("ext4");
        WriterProbe writers = WriterProbe.open();
        Opened opened = Opened.open(mount.clean("file"))) {
      long changed = opened.facts().version().changedSeconds() * 1_000;

      assertThat(quiet(writers, opened, changed)).isFalse();
      assertThat(quiet(writers, opened, changed + 2_001)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tmpfs", "xfs"})
  void aFileThatCanChangeWithoutAnotherTimeIsIdentifiableButNeverQuiet(String type)
      throws IOException {
    try (PrivateMount mount = PrivateMount.mount(type);
        WriterProbe writers = WriterProbe.open();
        Opened opened = Opened.open(mount.clean("file"))) {
      FileInspector inspector = inspector(Optional.of(writers), () -> Long.MAX_VALUE / 2);

      assertThat(opened.isIdentifiable(inspector)).isTrue();
      assertThat(opened.isQuiet(inspector)).isFalse();
    }
  }

  @Test
  void aFileOfAnyOtherFileSystemIsNotIdentifiable() throws IOException {
    try (Opened opened = Opened.open(Path.of("/proc/version"))) {
      FileInspector inspector = inspector(Optional.empty(), () -> Long.MAX_VALUE / 2);

      assertThat(opened.isIdentifiable(inspector)).isFalse();
      assertThat(opened.isQuiet(inspector)).isFalse();
    }
  }

  private static FileInspector inspector(Optional<WriterProbe> writers, LongSupplier millisClock) {
    return new KernelFileInspector(
        writers,
        new MountTypes(() -> {}),
        new WholeFilesystems(() -> {}),
        /* hasFineTimes= */ false,
        millisClock);
  }

  private static boolean quiet(WriterProbe writers, Opened opened, long nowMillis) {
    return opened.isQuiet(inspector(Optional.of(writers), () -> nowMillis));
  }

  /** A file that is open as for an event. */
  private record Opened(int fd, FileFacts facts) implements AutoCloseable {

    static Opened open(Path file) throws IOException {
      int fd = EventFile.open(file).fd();
      return new Opened(fd, FileFacts.of(new Statx().read(fd)));
    }

    boolean isIdentifiable(FileInspector inspector) {
      return inspector.isIdentifiable(facts.version(), facts.mountId());
    }

    boolean isQuiet(FileInspector inspector) {
      return inspector.isQuiet(fd, facts.version(), facts.mountId());
    }

    @Override
    public void close() {
      new Fd(fd).close();
    }
  }
}
