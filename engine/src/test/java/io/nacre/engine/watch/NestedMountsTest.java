package io.nacre.engine.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NestedMountsTest {
  private static final List<String> MOUNTINFO =
      List.of(
          "22 1 254:0 / / rw - ext4 /dev/vda rw",
          "30 22 0:26 / /srv rw - tmpfs tmpfs rw",
          "31 30 0:27 / /srv/with\\040blank/x rw - tmpfs tmpfs rw",
          "32 22 0:28 / /srv2/y rw - tmpfs tmpfs rw",
          "");

  @Test
  void findsTheMountsBelowADirectoryAndNotItsOwn() {
    assertThat(NestedMounts.below("/srv", MOUNTINFO)).containsExactly("/srv/with\\040blank/x");
    assertThat(NestedMounts.below("/srv/with blank", MOUNTINFO)).hasSize(1);
    assertThat(NestedMounts.below("/home", MOUNTINFO)).isEmpty();
    assertThat(NestedMounts.below("/", MOUNTINFO)).hasSize(3);
  }
}
