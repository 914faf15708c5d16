package io.nacre.engine.kernelcache;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FileVersion;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AccessFrequencyTest {
  private static final int HOT = 8;

  private final AccessFrequency frequency = new AccessFrequency();

  @Test
  void findsAFileHotAtEveryEighthOpen() {
    assertThat(hotOpens(file(1), 3 * HOT)).containsExactly(HOT, 2 * HOT, 3 * HOT);
  }

  @Test
  void findsNoFileHotThatIsOpenedOnce() {
    assertThat(IntStream.range(0, 1_000).filter(inode -> frequency.addOpen(file(inode)))).isEmpty();
  }

  @Test
  void forgetsHalfAtATime() {
    hotOpens(file(1), HOT - 2);

    frequency.halve();

    assertThat(hotOpens(file(1), HOT)).containsExactly(HOT - (HOT - 2) / 2);
  }

  private int[] hotOpens(FileVersion file, int opens) {
    return IntStream.rangeClosed(1, opens).filter(open -> frequency.addOpen(file)).toArray();
  }

  private static FileVersion file(long inode) {
    return new FileVersion(1, 0, inode, 0, 0, 0, 0, 0, 0, 0, 1);
  }
}
