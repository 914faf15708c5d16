package io.nacre.engine.kernelcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.config.KernelCacheConfig;
import io.nacre.engine.config.KernelCacheConfig.Mode;
import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.fixture.Opener;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that get an ignore mark, and every way to lose it; on each file system. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelCacheIT {
  private static final KernelCacheConfig SAFE = new KernelCacheConfig(Mode.SAFE, 100_000, 0);
  private static final int NOBODY = 65_534;

  private final List<KernelCacheFixture> stages = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (KernelCacheFixture stage : stages) {
      await()
          .atMost(KernelCacheFixture.TIME_LIMIT)
          .until(() -> Descriptors.below(stage.root()).isEmpty()); // none is kept
      stage.close();
    }
  }

  private KernelCacheFixture open(String type) throws IOException {
    stages.add(KernelCacheFixture.of(type, SAFE));
    return stages.get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void marksAFileThatOnlyRootCanWrite(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");

    stage.mark(file);

    assertThat(stage.status(file)).isEqualTo(new CacheStatus(false, Optional.empty()));
    assertThat(stage.count("marked-ever")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void losesTheMarkWhenTheFileIsWritten(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);

    try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
      writer.write(ByteBuffer.wrap(new byte[] {'x'}));
      assertThat(stage.isMarked(file)).as("at the first byte").isFalse();
    }

    await().atMost(KernelCacheFixture.TIME_LIMIT).until(() -> stage.changed.get() == 1);
    assertThat(stage.isMarked(file)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void losesTheMarkWhenTheFileIsTruncated(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);

    assertThat(Opener.command("truncate", "-s", "3", file.toString()).await().succeeded()).isTrue();

    stage.awaitUnmarked(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void losesTheMarkWhenOthersMayWrite(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));

    stage.awaitUnmarked(file);
    stage.scanned(file);
    assertThat(stage.status(file).refusal()).contains(Refusal.OTHERS_MAY_WRITE);
    assertThat(stage.isMarked(file)).isFalse();
    assertThat(stage.count("removed", "attributes-changed")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void losesTheMarkWhenItsOwnerChanges(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);

    Files.setAttribute(file, "unix:uid", NOBODY);

    stage.awaitUnmarked(file);
    assertThat(stage.status(file).refusal()).contains(Refusal.OTHERS_MAY_WRITE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void losesTheMarkWhenAListLetsAnotherUserWrite(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);

    ChangesLib.letWrite(file, NOBODY);

    stage.awaitUnmarked(file);
    assertThat(stage.status(file).refusal()).contains(Refusal.OTHERS_MAY_WRITE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void refusesAFileWhoseListLetsAnotherUserWriteWithoutTheMask(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    ChangesLib.letWriteBehindMask(file, NOBODY);

    stage.scanned(file);

    await()
        .atMost(KernelCacheFixture.TIME_LIMIT)
        .until(() -> stage.count("refused", "others-may-write") > 0);
    assertThat(stage.isMarked(file)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void whatIsRenamedOverAMarkedFileHasNoMark(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);

    Files.move(stage.file("other"), file, StandardCopyOption.REPLACE_EXISTING);

    assertThat(stage.isMarked(file)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void losesTheMarkWhenAMappingOfRootsIsClosed(String type) throws Exception {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);

    // By a process of its own, since Java unmaps when it likes.
    String map =
        "import mmap,sys\n"
            + "f=open(sys.argv[1],'r+b');m=mmap.mmap(f.fileno(),0);f.close();m[0:1]=b'x';m.close()";
    assertThat(Opener.command("python3", "-c", map, file.toString()).await().succeeded()).isTrue();

    stage.awaitUnmarked(file);
    assertThat(stage.count("removed", "written")).isEqualTo(1);
    assertThat(stage.changed).as("tmpfs changes no time for it").hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void losesTheMarkWhenItWasWrittenByIoSubmit(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);

    ChangesLib.writeByAio(file, "xxx");

    stage.awaitUnmarked(file);
    assertThat(stage.count("removed", "written")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "tmpfs"})
  void marksNoFileThatAProcessHasMapped(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    MappedByteBuffer mapping;
    try (FileChannel writer =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      mapping = writer.map(MapMode.READ_WRITE, 0, 4);
    }

    stage.scanned(file);

    await()
        .atMost(KernelCacheFixture.TIME_LIMIT)
        .until(() -> stage.count("refused", "has-writer") == 1);
    assertThat(stage.isMarked(file)).isFalse();
    Reference.reachabilityFence(mapping);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void marksNoFileThatIsNotCachedAsCleanAnyMore(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);
    Path other = stage.file("other");

    stage.clearClean();
    stage.cache().clear();
    stage.awaitUnmarked(file);
    assertThat(stage.count("removed", "invalidated")).isEqualTo(1);

    stage.mark(other);
    assertThat(stage.isMarked(file)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"immutable", "user's", "group-writable"})
  void marksNoFileThatOthersMayWriteSomeDay(String kind) throws IOException {
    KernelCacheFixture stage = open("ext4");
    Path file = stage.file("f");
    switch (kind) {
      case "immutable" -> {
        Files.setAttribute(file, "unix:uid", NOBODY);
        Opener.command("chattr", "+i", file.toString()).await();
      }
      case "user's" -> Files.setAttribute(file, "unix:uid", NOBODY);
      default -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    }

    assertThat(stage.status(file).refusal()).contains(Refusal.OTHERS_MAY_WRITE);
    stage.scanned(file);
    stage.mark(stage.file("other"));
    assertThat(stage.isMarked(file)).isFalse();
    Opener.command("chattr", "-i", file.toString()).await();
  }

  @ParameterizedTest
  @ValueSource(strings = {"btrfs"})
  void marksFilesOfASubvolume(String type) throws IOException {
    KernelCacheFixture stage = open(type);
    Path file = stage.file("f");
    stage.mark(file);
    Path volume = stage.root().resolve("volume");
    assertThat(
            Opener.command("btrfs", "subvolume", "create", volume.toString()).await().succeeded())
        .isTrue();
    Path inside = stage.file("volume/f");
    stage.mark(inside);

    Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rw-rw-r--"));

    stage.awaitUnmarked(inside);
    assertThat(stage.isMarked(file)).isTrue();
  }
}
