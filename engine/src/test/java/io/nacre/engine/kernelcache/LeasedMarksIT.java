package io.nacre.engine.kernelcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.config.KernelCacheConfig;
import io.nacre.engine.config.KernelCacheConfig.Mode;
import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.fixture.Opener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Marks on files that every user can write, and their end when a process writes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeasedMarksIT {
  private static final KernelCacheConfig LEASED = new KernelCacheConfig(Mode.LEASED, 100_000, 2);

  private final List<KernelCacheFixture> stages = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (KernelCacheFixture stage : stages) {
      stage.close();
    }
  }

  /** Has the file open for writing, in a process of its own. */
  private record Writer(Process process) implements AutoCloseable {
    Writer(Path file) throws IOException {
      this(
          new ProcessBuilder(
                  "sh", "-c", "exec 3>>\"$1\"; echo open; exec sleep 20", "sh", file.toString())
              .start());
    }

    void awaitOpen() throws IOException {
      assertThat(process.inputReader(UTF_8).readLine()).isEqualTo("open");
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private KernelCacheFixture open(String type) throws IOException {
    stages.add(KernelCacheFixture.of(type, LEASED));
    return stages.get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void marksAFileThatIsOpenedAgainAndAgain(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.open("f");

    stage.opened(file);
    assertThat(stage.status(file).isLeased()).as("once is not often").isFalse();
    stage.lease(file);

    assertThat(stage.status(file).isLeased()).isTrue();
    assertThat(stage.status(file).refusal()).contains(Refusal.OTHERS_MAY_WRITE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void theMarkIsGoneBeforeRootGetsAFileThatOnlyRootCanWrite(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.scanned(file);
    stage.lease(file);
    assertThat(stage.status(file))
        .isEqualTo(new CacheStatus(true, Optional.of(Refusal.NEEDS_LEASE)));

    try (Writer writer = new Writer(file)) {
      writer.awaitOpen();

      assertThat(stage.isMarked(file)).isFalse();
      assertThat(stage.count("removed", "lease-broken")).isEqualTo(1);
      assertThat(stage.changed).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void theMarkIsGoneBeforeAWriterGetsTheFile(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.open("f");
    stage.lease(file);

    try (Writer writer = new Writer(file)) {
      writer.awaitOpen();
      assertThat(stage.isMarked(file)).isFalse();
      assertThat(stage.changed).as("invalidated before the writer can write").hasValue(1);
    }

    assertThat(stage.count("removed", "lease-broken")).isEqualTo(1);
    // The lease is given back first, so that no writer waits for this.
    await().untilAsserted(() -> assertThat(Descriptors.below(stage.root())).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void theMarkIsGoneWhenTheFileIsTruncated(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.open("f");
    stage.lease(file);

    // Not by truncate(1), which opens with O_NONBLOCK and gets EAGAIN.
    assertThat(Opener.command("sh", "-c", ": > \"$1\"", "sh", file.toString()).await().succeeded())
        .isTrue();

    assertThat(stage.isMarked(file)).isFalse();
  }

  @Test
  void whatIsDeletedGetsItsRoomBack() throws IOException {
    KernelCacheFixture stage = open("ext4");
    Path file = stage.open("f");
    stage.lease(file);

    Files.delete(file);

    await()
        .atMost(KernelCacheFixture.TIME_LIMIT)
        .until(() -> Descriptors.below(stage.root()).isEmpty());
    await()
        .atMost(KernelCacheFixture.TIME_LIMIT)
        .until(() -> stage.count("removed", "file-deleted") == 1);
  }

  @Test
  void leasesNoMoreThanItMay() throws IOException {
    KernelCacheFixture stage = open("tmpfs");
    stage.lease(stage.open("a"));
    stage.lease(stage.open("b"));
    Path third = stage.open("c");

    for (int i = 0; i < 8; i++) {
      stage.opened(third);
    }

    await()
        .atMost(KernelCacheFixture.TIME_LIMIT)
        .until(() -> stage.count("refused", "no-lease-left") == 1);
    assertThat(stage.isMarked(third)).isFalse();
    assertThat(stage.count("leased")).isEqualTo(2);
  }

  @Test
  void clearsAllOfThem() throws IOException {
    KernelCacheFixture stage = open("xfs");
    Path file = stage.open("f");
    stage.lease(file);

    stage.clearClean();
    stage.cache().clear();

    stage.awaitUnmarked(file);
    await()
        .atMost(KernelCacheFixture.TIME_LIMIT)
        .until(() -> Descriptors.below(stage.root()).isEmpty());
  }

  @Test
  void leasesNothingThatIsOpenForWriting() throws IOException {
    KernelCacheFixture stage = open("ext4");
    Path file = stage.open("f");

    try (Writer writer = new Writer(file)) {
      writer.awaitOpen();
      for (int i = 0; i < 8; i++) {
        stage.opened(file);
      }
      await()
          .atMost(KernelCacheFixture.TIME_LIMIT)
          .until(() -> stage.count("refused", "has-writer") == 1);
    }

    assertThat(stage.isMarked(file)).isFalse();
  }
}
