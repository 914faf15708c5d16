package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SuspectedDeparturesTest {
  private final SuspectedDepartures suspects = new SuspectedDepartures();

  @Test
  void areNobodyAtFirst() {
    assertThat(suspects.isEmpty()).isTrue();
    assertThat(suspects.contains(0)).isFalse();
    assertThat(suspects.takeAll()).isEmpty();
  }

  @Test
  void areInOrderAndEachOnce() {
    suspects.addAll(new int[] {5, 1, 5});
    suspects.addAll(new int[] {3, 1});

    assertThat(suspects.takeAll()).containsExactly(1, 3, 5);
  }

  @Test
  void areKnownByTheirWd() {
    suspects.addAll(new int[] {9, 2, 7});

    assertThat(suspects.contains(2)).isTrue();
    assertThat(suspects.contains(7)).isTrue();
    assertThat(suspects.contains(9)).isTrue();
    assertThat(suspects.contains(8)).isFalse();
  }

  @Test
  void areClearedWhenTheyAreFound() {
    suspects.addAll(new int[] {1, 2, 3});

    suspects.removeIf(wd -> wd == 2);

    assertThat(suspects.contains(2)).isFalse();
    assertThat(suspects.takeAll()).containsExactly(1, 3);
  }

  @Test
  void areTakenOnce() {
    suspects.addAll(new int[] {1});

    suspects.takeAll();

    assertThat(suspects.isEmpty()).isTrue();
    assertThat(suspects.takeAll()).isEmpty();
  }
}
