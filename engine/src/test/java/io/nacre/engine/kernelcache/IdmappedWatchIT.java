package io.nacre.engine.kernelcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.config.KernelCacheConfig;
import io.nacre.engine.config.KernelCacheConfig.Mode;
import io.nacre.engine.fixture.Opener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Marks on files of root's, while mounts make another user root, or cannot be read. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IdmappedWatchIT {
  private static final KernelCacheConfig SAFE = new KernelCacheConfig(Mode.SAFE, 100_000, 0);

  @TempDir private Path processes;

  @BeforeEach
  void namespace() throws IOException {
    Files.createDirectories(processes.resolve("1/ns"));
    Files.createSymbolicLink(processes.resolve("1/ns/mnt"), Path.of("mnt:[1]"));
    Files.writeString(mountinfo(), "");
  }

  @Test
  void noFileIsMarkedOnAnIdmappedFileSystem() throws IOException {
    try (KernelCacheFixture stage = start()) {
      Path file = stage.file("f");
      stage.mark(file);

      mount(stage, "rw,idmapped");

      stage.awaitUnmarked(file);
      assertThat(stage.count("removed", "changes-missed")).isEqualTo(1);
      assertThat(stage.status(file).refusal()).contains(Refusal.IDMAPPED);
    }
  }

  @Test
  void noFileIsMarkedWhenThereAreTooManyMounts() throws IOException {
    try (KernelCacheFixture stage = start()) {
      Path file = stage.file("f");
      stage.mark(file);

      Files.writeString(mountinfo(), "36 35 98:1 / /mnt rw - ext3 /dev/root rw\n".repeat(200_000));

      stage.awaitUnmarked(file);
      assertThat(stage.status(file).refusal()).contains(Refusal.IDMAPPED_UNKNOWN);
      assertThat(stage.uncertainty()).contains("idmapped");
    }
  }

  @Test
  void nothingWaitsForASearchThatHangs() throws Exception {
    try (KernelCacheFixture stage = start()) {
      Path file = stage.file("f");
      stage.mark(file);

      Files.delete(mountinfo());
      assertThat(Opener.command("mkfifo", mountinfo().toString()).await().succeeded()).isTrue();

      stage.awaitUnmarked(file);
      assertThat(stage.uncertainty()).contains("idmapped");
    } finally {
      Files.writeString(mountinfo(), ""); // lets it go
    }
  }

  private KernelCacheFixture start() throws IOException {
    KernelCacheFixture stage = KernelCacheFixture.of("ext4", SAFE, processes);
    await().atMost(KernelCacheFixture.TIME_LIMIT).until(() -> stage.state().equals("safe"));
    return stage;
  }

  private void mount(KernelCacheFixture stage, String options) throws IOException {
    long device = (long) Files.getAttribute(stage.root(), "unix:dev");
    String numbers = (device >> 8 & 0xfff) + ":" + (device & 0xff);
    String line = "36 35 " + numbers + " / /mnt " + options + " - ext4 /dev/loop0 rw\n";
    Files.writeString(mountinfo(), line, UTF_8);
  }

  private Path mountinfo() {
    return processes.resolve("1/mountinfo");
  }
}
