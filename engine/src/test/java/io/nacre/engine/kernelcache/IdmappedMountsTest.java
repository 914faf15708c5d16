package io.nacre.engine.kernelcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdmappedMountsTest {

  @Test
  void findsTheDeviceOfAnIdmappedMount() {
    assertThat(devices("36 35 98:1 /mnt1 /mnt2 rw,noatime,idmapped master:1 - ext3 /dev/root rw"))
        .containsExactly(98L << 32 | 1);
  }

  @Test
  void believesNoPathAndNoOptionOfTheFileSystem() {
    assertThat(devices("36 35 98:1 / /mnt/idmapped rw,noatime - ext3 /dev/root rw,idmapped"))
        .isEmpty();
    assertThat(devices("36 35 98:1 / /mnt rw,noatime,notidmapped - ext3 /dev/root rw")).isEmpty();
  }

  private static Set<Long> devices(String line) {
    Set<Long> found = new HashSet<>();
    IdmappedMounts.add(line, found);
    return found;
  }
}
