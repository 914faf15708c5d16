package io.nacre.engine.watch.mark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OwnerTableTest {
  private static final int ONE = 1;
  private static final int OTHER = 2;

  private final OwnerTable table = new OwnerTable();

  @Test
  void addsAnOwnerToADirectoryWithoutAny() {
    assertThat(table.add(ONE, 7)).isFalse();

    assertThat(table.size()).isEqualTo(1);
    assertThat(table.remove(ONE, 7)).isTrue();
    assertThat(table.size()).isZero();
  }

  @Test
  void keepsADirectoryUntilItsLastOwnerGoes() {
    table.add(ONE, 7);

    assertThat(table.add(OTHER, 7)).isTrue();

    assertThat(table.remove(ONE, 7)).isFalse();
    assertThat(table.remove(OTHER, 7)).isTrue();
  }

  @Test
  void keepsADirectoryUntilItsOwnerGoesAsOftenAsItCame() {
    table.add(ONE, 7);
    assertThat(table.add(ONE, 7)).isFalse();

    assertThat(table.remove(ONE, 7)).isFalse();
    assertThat(table.remove(ONE, 7)).isTrue();
  }

  @Test
  void doesNotRemoveAnOwnerThatIsNone() {
    table.add(ONE, 7);

    assertThat(table.remove(OTHER, 7)).isFalse();
    assertThat(table.remove(ONE, 8)).isFalse();
    assertThat(table.remove(ONE, 7)).isTrue();
    assertThat(table.remove(ONE, 7)).isFalse();
  }

  @Test
  void removesAnOwnerFromAllDirectories() {
    for (int i = 0; i < 1_000; i++) {
      table.add(ONE, i);
      table.add(ONE, i);
      table.add(OTHER, i * 2L);
    }

    table.removeAll(ONE);

    assertThat(table.size()).isEqualTo(1_000);
    assertThat(table.remove(OTHER, 998)).isTrue();
    assertThat(table.remove(ONE, 7)).isFalse();
  }

  @Test
  void refusesAnOwnerThatCannotBe() {
    assertThatThrownBy(() -> table.add(0, 7)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table.add(1 << 16, 7)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void neverForgetsAnOwnerThatCameTooOften() {
    for (int i = 0; i < 70_000; i++) {
      table.add(ONE, 7);
    }

    for (int i = 0; i < 70_000; i++) {
      assertThat(table.remove(ONE, 7)).isFalse();
    }
  }

  /** Against a plain map, with few directories, so that runs of slots are long. */
  @Test
  void agreesWithAMapWhateverHappens() {
    Random random = new Random(42);
    Map<Long, List<Integer>> expected = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      long directory = random.nextInt(300);
      int owner = 1 + random.nextInt(3);
      List<Integer> owners = expected.computeIfAbsent(directory, none -> new ArrayList<>());
      if (random.nextInt(100) < 52) {
        boolean hasOther = owners.stream().anyMatch(each -> each != owner);
        assertThat(table.add(owner, directory)).isEqualTo(hasOther);
        owners.add(owner);
      } else {
        boolean isLast = owners.remove((Integer) owner) && owners.isEmpty();
        assertThat(table.remove(owner, directory)).isEqualTo(isLast);
      }
    }
    assertThat(table.size())
        .isEqualTo(expected.values().stream().mapToLong(o -> o.stream().distinct().count()).sum());
  }
}
