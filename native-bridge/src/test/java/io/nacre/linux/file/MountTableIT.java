package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fixture.PrivateTmpfs;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MountTableIT {

  @BeforeAll
  static void assumeAllowed() throws IOException {
    PrivateTmpfs.assumeAllowed();
  }

  /** A user may choose the name, where mounts by users are allowed. */
  @ParameterizedTest
  @ValueSource(strings = {"nacre", "nacre with space", "nacre\n99999 ", "nacre\r99998 "})
  void hasAMountWhateverItsNameWhileItIsThere(String name) throws Exception {
    Set<Long> before = MountTable.ids();
    Set<Long> meanwhile;
    long mounted;
    try (PrivateTmpfs tmpfs = PrivateTmpfs.mount(name)) {
      mounted =
          new Statx().readPath(NativeBuffer.cString(PrivateTmpfs.bytes(tmpfs.root()))).mountId();
      meanwhile = MountTable.ids();
    }
    Set<Long> afterwards = MountTable.ids();

    assertThat(before).doesNotContain(mounted);
    assertThat(meanwhile).contains(mounted).doesNotContain(99999L, 99998L);
    assertThat(afterwards).doesNotContain(mounted);
  }
}
