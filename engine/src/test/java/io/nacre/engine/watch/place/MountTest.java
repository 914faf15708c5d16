package io.nacre.engine.watch.place;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountTest {

  @ParameterizedTest
  @ValueSource(strings = {"proc", "sysfs", "cgroup", "cgroup2", "devtmpfs", "devpts", "autofs"})
  void holdsNothingToScanIfItIsAPseudoFileSystem(String type) {
    assertThat(mount(type, "/").isPseudo()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "tmpfs", "overlay", "nfs4", "fuse.sshfs", "squashfs", "", "PROC"})
  void holdsSomethingToScanOtherwise(String type) {
    assertThat(mount(type, "/").isPseudo()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"/, false", "/home, true", "/a/b, true"})
  void isABindMountIfOnlyAPartIsMounted(String root, boolean isBind) {
    assertThat(mount("ext4", root).isBind()).isEqualTo(isBind);
  }

  private static Mount mount(String type, String root) {
    return new Mount(1, "8:1", PathBytes.of(root), PathBytes.of("/mnt"), type, "rw");
  }
}
