package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.NativeBuffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountTableTest {

  @Test
  void takesTheFirstFieldOfEveryLine() {
    List<String> mountinfo =
        List.of(
            "22 27 0:21 / /proc rw,relatime - proc proc rw",
            "4294967297 27 254:0 / /a\\040b rw shared:1 - ext4 /dev/vda rw");

    assertThat(MountTable.ids(mountinfo)).containsExactlyInAnyOrder(22L, 4294967297L);
  }

  @Test
  void hasNoIdsWithoutMounts() {
    assertThat(MountTable.ids(List.of())).isEmpty();
  }

  @Test
  void hasTheMountOfAFileUnderTheIdThatStatxGives() throws IOException {
    NativeBuffer proc = NativeBuffer.cString(Opened.bytes(Path.of("/proc/self/status")));

    assertThat(MountTable.ids()).contains(new Statx().readPath(proc).mountId());
  }
}
