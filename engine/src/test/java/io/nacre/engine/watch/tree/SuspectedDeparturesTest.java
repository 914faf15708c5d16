package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuspectedDeparturesTest {
  private static final long KEY = 1L << 40;

  private final SuspectedDepartures suspects = new SuspectedDepartures();
  private final DirectoryTable table = new DirectoryTable();

  @Test
  void areNoneAtFirst() {
    assertThat(suspects.isEmpty()).isTrue();
    assertThat(suspects.contains(0)).isFalse();
    assertThat(wds(suspects.takeAll())).isEmpty();
  }

  @Test
  void areInOrderAndEachOnce() {
    add(5, 1, 5);
    add(3, 1);

    assertThat(wds(suspects.takeAll())).containsExactly(1, 3, 5);
  }

  @Test
  void areFoundByTheirWd() {
    add(9, 2, 7);

    assertThat(suspects.contains(2)).isTrue();
    assertThat(suspects.contains(7)).isTrue();
    assertThat(suspects.contains(9)).isTrue();
    assertThat(suspects.contains(8)).isFalse();
  }

  @Test
  void haveTheKeysOfTheirMarks() {
    add(9, 2);
    add(7);

    assertThat(suspects.keyOf(2)).hasValue(KEY + 2);
    assertThat(suspects.keyOf(7)).hasValue(KEY + 7);
    assertThat(suspects.keyOf(8)).isEmpty();
    SuspectedDepartures all = suspects.takeAll();
    assertThat(all.key(all.indexOf(9))).isEqualTo(KEY + 9);
  }

  @Test
  void areClearedWhenTheyAreFound() {
    add(1, 2, 3);

    suspects.removeIf(wd -> wd == 2);

    assertThat(suspects.contains(2)).isFalse();
    assertThat(suspects.keyOf(3)).hasValue(KEY + 3);
    assertThat(wds(suspects.takeAll())).containsExactly(1, 3);
  }

  @Test
  void areNoneAnyMoreWhenTheirWatchEnded() {
    add(1, 2);

    assertThat(suspects.takeEnded(2)).hasValue(KEY + 2);
    assertThat(suspects.takeEnded(2)).isEmpty();
    assertThat(suspects.takeEnded(3)).isEmpty();

    assertThat(suspects.contains(2)).isFalse();
    assertThat(suspects.keyOf(2)).isEmpty();
    add(3);
    SuspectedDepartures all = suspects.takeAll();
    assertThat(IntStream.range(0, all.size()).mapToObj(all::hasEnded))
        .containsExactly(false, true, false);
  }

  @Test
  void areTakenOnce() {
    add(1);

    suspects.takeAll();

    assertThat(suspects.isEmpty()).isTrue();
    assertThat(wds(suspects.takeAll())).isEmpty();
  }

  private void add(int... wds) {
    suspects.addAll(Arrays.stream(wds).map(this::node).toArray(), table);
  }

  private int node(int wd) {
    byte[] path = ("/" + wd).getBytes(StandardCharsets.UTF_8);
    int node = table.add(DirectoryTable.NONE, path, wd);
    table.setMarkKey(node, KEY + wd);
    return node;
  }

  private static int[] wds(SuspectedDepartures suspects) {
    return IntStream.range(0, suspects.size()).map(suspects::wd).toArray();
  }
}
