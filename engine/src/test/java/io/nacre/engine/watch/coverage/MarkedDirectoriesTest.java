package io.nacre.engine.watch.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MarkedDirectoriesTest {
  private final MarkedDirectories directories = new MarkedDirectories();

  @Test
  void isEmptyAtFirst() {
    assertThat(directories.size()).isZero();
    assertThat(directories.contains(1, 1)).isFalse();
    assertThat(directories.meet(1, 0)).isFalse();
    assertThat(notMet()).isEmpty();
  }

  @Test
  void tellsTheSameNumberOfTwoFileSystemsApart() {
    directories.add(1, 7);

    assertThat(directories.contains(1, 7)).isTrue();
    assertThat(directories.contains(2, 7)).isFalse();
    assertThat(directories.contains(7, 1)).isFalse();
  }

  @Test
  void addingTwiceIsAddingOnce() {
    directories.add(1, 7);
    directories.add(1, 7);

    assertThat(directories.size()).isEqualTo(1);
  }

  @Test
  void remembersWhichWereMet() {
    directories.add(1, 7);
    directories.add(1, -1);
    directories.add(2, 7);

    assertThat(directories.meet(1, 7)).isTrue();
    assertThat(directories.meet(3, 7)).isFalse();
    assertThat(directories.meet(1, 7)).isTrue();

    assertThat(notMet()).containsExactlyInAnyOrder("1/-1", "2/7");
  }

  @Test
  void refusesADeviceThatIsNone() {
    assertThatThrownBy(() -> directories.add(0, 7)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void agreesWithASetWhateverTheNumbersAre() {
    Random random = new Random(42);
    Set<String> expected = new HashSet<>();
    Set<String> met = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      long device = 1L + random.nextInt(3);
      long inode = random.nextInt(8_000) * (random.nextBoolean() ? 1L : 1L << 40);
      if (random.nextInt(3) > 0) {
        directories.add(device, inode);
        expected.add(device + "/" + inode);
      } else if (directories.meet(device, inode)) {
        met.add(device + "/" + inode);
      }
      assertThat(directories.contains(device, inode))
          .isEqualTo(expected.contains(device + "/" + inode));
    }

    assertThat(directories.size()).isEqualTo(expected.size());
    expected.removeAll(met);
    assertThat(notMet()).isEqualTo(expected);
  }

  private Set<String> notMet() {
    Set<String> found = new HashSet<>();
    directories.forEachNotMet((device, inode) -> found.add(device + "/" + inode));
    return found;
  }
}
