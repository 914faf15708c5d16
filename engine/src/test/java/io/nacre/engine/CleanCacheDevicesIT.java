package io.nacre.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices whose numbers are used again for other files, made to look the same. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CleanCacheDevicesIT {

  /** The second image is the first one byte for byte, but for the contents of the file. */
  @Test
  void aFileOfAnotherFileSystemOnTheSameDeviceIsNotKnown() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs")) {
      Path place = mount.directory("place");
      Path first = mount.outside().resolve("first.img");
      Path second = mount.outside().resolve("second.img");
      String clean = "C".repeat(PrivateMount.eicar().length());
      sh("truncate -s 16M " + first + " && mkfs.ext4 -q " + first);
      String device = sh("losetup --show -f " + first);
      try {
        sh("mount " + device + " " + place);
        Files.writeString(place.resolve("file"), clean);
        sh("umount " + place + " && losetup -d " + device);
        Files.writeString(
            second,
            Files.readString(first, ISO_8859_1).replace(clean, PrivateMount.eicar()),
            ISO_8859_1);
        sh("losetup " + device + " " + first + " && mount " + device + " " + place);
        FileVersion before = version(place.resolve("file"));
        try (EngineProcess engine = start(mount, place)) {
          awaitKnown(engine, place.resolve("file"));

          sh("umount " + place + " && losetup -d " + device);
          sh("losetup " + device + " " + second + " && mount " + device + " " + place);
          await("the new file system to be marked")
              .atMost(Duration.ofSeconds(30))
              .until(() -> Opener.open(place.resolve("file")).wasDenied());

          assertThat(version(place.resolve("file"))).isEqualTo(before);
          assertThat(Opener.open(place.resolve("file")).wasDenied()).isTrue();
        }
      } finally {
        Opener.sh("umount -l " + place + "; losetup -d " + device);
      }
    }
  }

  @Test
  void aSubvolumeIsDistinguishedFromOneThatHadTheSameDevice() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("btrfs")) {
      Path subvolume = mount.root().resolve("subvolume");
      FileVersion first = versionInNew(subvolume);
      sh("btrfs subvolume delete -c " + subvolume);
      await("its number to be used again")
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                FileVersion second = versionInNew(subvolume);
                sh("btrfs subvolume delete -c " + subvolume);
                assumeThat(second.subvolume()).as("needs Linux 6.10").isNotZero();
                assertThat(second.subvolume()).isNotEqualTo(first.subvolume());
                return second.device() == first.device() && second.inode() == first.inode();
              });
    }
  }

  private static FileVersion versionInNew(Path subvolume) throws IOException {
    sh("btrfs subvolume create " + subvolume);
    return version(Files.createFile(subvolume.resolve("file")));
  }

  private static EngineProcess start(PrivateMount mount, Path place) throws IOException {
    return EngineProcess.start(
        mount,
        "protect = [\"" + place + "\"]",
        "strategy = filesystem",
        "triggers = [open]",
        "cache.kernel = off",
        "deadline = 1 m");
  }

  private static void awaitKnown(EngineProcess engine, Path file) {
    await()
        .until(
            () -> {
              assertThat(Opener.open(file).succeeded()).isTrue();
              return engine.status().getLong("answers.by-reason.cached-clean") > 0;
            });
  }

  private static FileVersion version(Path path) throws IOException {
    return FileVersion.of(new Statx().probe(NativeBuffer.cString(path.toString().getBytes(UTF_8))));
  }

  private static String sh(String script) {
    Opener.Outcome outcome = Opener.sh(script);
    assertThat(outcome.succeeded()).as(script + ": " + outcome.output()).isTrue();
    return outcome.output();
  }
}
