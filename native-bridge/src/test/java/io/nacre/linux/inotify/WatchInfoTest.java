package io.nacre.linux.inotify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchInfoTest {

  @Test
  void understandsALineOfTheKernel() {
    String line =
        "inotify wd:1a ino:9e7e sdev:800013 mask:800afce ignored_mask:0"
            + " fhandle-bytes:8 fhandle-type:1 f_handle:7e9e0000640d1b6d";

    WatchInfo info = WatchInfo.parse(line).orElseThrow();

    assertThat(info.wd()).isEqualTo(0x1a);
    assertThat(info.device()).isEqualTo(0x800013);
    assertThat(info.handleType()).isEqualTo(1);
    assertThat(info.handle()).containsExactly(0x7e, 0x9e, 0, 0, 0x64, 0x0d, 0x1b, 0x6d);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pos:\t0",
        "inotify wd:1",
        "inotify wd:x ino:1 sdev:1 mask:1 fhandle-type:1 f_handle:00",
        "inotify wd:1 ino:1 sdev:1 mask:1 ignored_mask:0 ",
        "inotify wd:1 ino:1 sdev:1 mask:1 fhandle-bytes:2 fhandle-type:1 f_handle:000"
      })
  void passesOverWhatIsNoWatchWithAHandle(String line) {
    assertThat(WatchInfo.parse(line)).isEmpty();
  }

  @Test
  void findsEveryWatchOfAnInstance(@TempDir Path directory) throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (Inotify inotify = Inotify.open()) {
      int first = inotify.watch(path(directory), InotifyMask.IN_CREATE);
      int second = inotify.watch(path(other), InotifyMask.IN_CREATE);

      List<WatchInfo> all = WatchInfo.of(inotify);

      assertThat(all).extracting(WatchInfo::wd).containsExactlyInAnyOrder(first, second);
      assertThat(all).extracting(WatchInfo::device).containsOnly(all.get(0).device());
      assertThat(all.get(0).handle()).isNotEmpty().isNotEqualTo(all.get(1).handle());
    }
  }

  @Test
  void findsNothingWithoutWatches() throws IOException {
    try (Inotify inotify = Inotify.open()) {
      assertThat(WatchInfo.of(inotify)).isEmpty();
    }
  }

  private static byte[] path(Path path) {
    return path.toString().getBytes(UTF_8);
  }
}
