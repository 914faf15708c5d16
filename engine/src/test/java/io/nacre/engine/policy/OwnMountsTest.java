package io.nacre.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnMountsTest {

  @Test
  void areNoneAtFirst() {
    OwnMounts mounts = new OwnMounts();

    assertThat(mounts.contains(0)).isFalse();
    assertThat(mounts.reachesOutside()).isFalse();
  }

  @Test
  void areKnownByTheirIds() {
    OwnMounts mounts = OwnMounts.of(29, Long.MAX_VALUE);

    assertThat(mounts.contains(29)).isTrue();
    assertThat(mounts.contains(Long.MAX_VALUE)).isTrue();
    assertThat(mounts.contains(30)).isFalse();
    assertThat(mounts.contains(-1)).isFalse();
    assertThat(mounts.reachesOutside()).isFalse();
  }

  @Test
  void areReplacedAsAWhole() {
    OwnMounts mounts = OwnMounts.of(1, 2);

    mounts.set(new long[] {2, 3}, /* reachesOutside= */ true);

    assertThat(mounts.contains(1)).isFalse();
    assertThat(mounts.contains(2)).isTrue();
    assertThat(mounts.contains(3)).isTrue();
    assertThat(mounts.reachesOutside()).isTrue();
    assertThat(mounts).hasToString("[2, 3]");
  }

  @Test
  void doNotChangeWithTheArrayTheyWereMadeOf() {
    long[] ids = {1};
    OwnMounts mounts = new OwnMounts();
    mounts.set(ids, /* reachesOutside= */ false);

    ids[0] = 2;

    assertThat(mounts.contains(1)).isTrue();
    assertThat(mounts.contains(2)).isFalse();
  }
}
