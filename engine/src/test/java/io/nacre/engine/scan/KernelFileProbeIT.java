package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.KernelFileInspector;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.WriterProbe;
import io.nacre.linux.file.MountTypes;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel tells of files on file systems of their own; nothing is marked. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelFileProbeIT {

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "btrfs"})
  void aFileIsQuietWhenNobodyCanWriteItAndItDidNotChangeJustNow(String type) throws IOException {
    try (PrivateMount stage = PrivateMount.of(type);
        WriterProbe writers = WriterProbe.open()) {
      Path file = stage.clean("file");
      KernelFileProbe probe = probe(Optional.of(writers), System::currentTimeMillis);

      try (Opened opened = Opened.open(file)) {
        await().until(() -> probe.isQuiet(opened.request()));
        assertThat(probe.isKnownByNumber(opened.request())).isTrue();
        assertThat(probe.version(opened.request()))
            .isEqualTo(opened.request().facts().map(FileFacts::version));
        try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
          assertThat(probe.isQuiet(opened.request())).isFalse();
          assertThat(writer.isOpen()).isTrue();
        }
        assertThat(probe.isQuiet(opened.request())).isTrue();
      }
    }
  }

  @Test
  void aFileThatChangedJustNowIsNotQuiet() throws IOException {
    try (PrivateMount stage = PrivateMount.of("ext4");
        WriterProbe writers = WriterProbe.open();
        Opened opened = Opened.open(stage.clean("file"))) {
      long changed = opened.request().facts().orElseThrow().version().changedSeconds() * 1_000;

      assertThat(quiet(writers, opened, changed)).isFalse();
      assertThat(quiet(writers, opened, changed + 2_001)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tmpfs", "xfs"})
  void aFileThatCanChangeWithoutAnotherTimeIsKnownButNeverQuiet(String type) throws IOException {
    try (PrivateMount stage = PrivateMount.of(type);
        WriterProbe writers = WriterProbe.open();
        Opened opened = Opened.open(stage.clean("file"))) {
      KernelFileProbe probe = probe(Optional.of(writers), () -> Long.MAX_VALUE / 2);

      assertThat(probe.isKnownByNumber(opened.request())).isTrue();
      assertThat(probe.isQuiet(opened.request())).isFalse();
    }
  }

  @Test
  void aFileOfAnyOtherFileSystemIsNotKnown() throws IOException {
    try (Opened opened = Opened.open(Path.of("/proc/version"))) {
      KernelFileProbe probe = probe(Optional.empty(), () -> Long.MAX_VALUE / 2);

      assertThat(probe.isKnownByNumber(opened.request())).isFalse();
      assertThat(probe.isQuiet(opened.request())).isFalse();
    }
  }

  private static KernelFileProbe probe(Optional<WriterProbe> writers, LongSupplier millisClock) {
    return new KernelFileProbe(
        new KernelFileInspector(
            writers,
            new MountTypes(() -> {}),
            new WholeFilesystems(() -> {}),
            /* hasFineTimes= */ false,
            millisClock),
        new SignatureSet(Clock.systemUTC(), () -> 0, List.of()));
  }

  private static boolean quiet(WriterProbe writers, Opened opened, long nowMillis) {
    return probe(Optional.of(writers), () -> nowMillis).isQuiet(opened.request());
  }

  /** A request for a file that is open, which nobody waits for. */
  private record Opened(PermissionRequest request) implements AutoCloseable {
    private static final PermissionRequest.Context CONTEXT =
        new PermissionRequest.Context(
            FanotifyGroup.over(new Fd(Integer.MAX_VALUE)),
            FallbackPolicy.ALLOW_ALL,
            new AnswerCounts());

    static Opened open(Path file) throws IOException {
      int fd = EventFile.open(file).fd();
      return new Opened(
          new PermissionRequest(
              CONTEXT, fd, 0, ScanTrigger.OPENED, facts(fd), /* waiting= */ false, 0, 1));
    }

    private static Optional<FileFacts> facts(int fd) throws ErrnoException {
      return Optional.of(FileFacts.of(new Statx().read(fd)));
    }

    @Override
    public void close() {
      new Fd(request.file()).close();
    }
  }
}
