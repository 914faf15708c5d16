package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIndexTest {

  @Test
  void findsNothingWhileItIsEmpty() {
    NodeIndex index = new NodeIndex(node -> node);

    assertThat(index.find(3, node -> true)).isEqualTo(NodeIndex.NONE);
  }

  @Test
  void findsEachOfManyNodesWithTheSameHash() {
    NodeIndex index = new NodeIndex(node -> 7);
    for (int node = 0; node < 100; node++) {
      index.add(node);
    }

    for (int node = 0; node < 100; node++) {
      int wanted = node;
      assertThat(index.find(7, candidate -> candidate == wanted)).isEqualTo(node);
    }
    assertThat(index.find(7, candidate -> candidate == 100)).isEqualTo(NodeIndex.NONE);
  }

  @Test
  void keepsTheOthersWhenOneOfTheSameHashIsRemoved() {
    NodeIndex index = new NodeIndex(node -> 7);
    for (int node = 0; node < 5; node++) {
      index.add(node);
    }

    index.remove(2);

    assertThat(index.find(7, node -> node == 2)).isEqualTo(NodeIndex.NONE);
    for (int node : new int[] {0, 1, 3, 4}) {
      assertThat(index.find(7, candidate -> candidate == node)).isEqualTo(node);
    }
  }

  @Test
  void doesNothingWhenAStrangerIsRemoved() {
    NodeIndex index = new NodeIndex(node -> node);
    index.add(1);

    index.remove(2);

    assertThat(index.find(1, node -> true)).isEqualTo(1);
  }

  /** Few hashes make long runs, many make none; both wrap around the end of the table. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 1_000_000})
  void agreesWithAMapOnAnyAddsAndRemoves(int hashes) {
    Random random = new Random(hashes);
    Map<Integer, Integer> hashOf = new HashMap<>();
    List<Integer> inside = new ArrayList<>();
    NodeIndex index = new NodeIndex(node -> hashOf.getOrDefault(node, 0));
    int most = hashes < 16 ? 60 : 2_000;
    for (int step = 0; step < 20_000; step++) {
      boolean grows = inside.isEmpty() || (inside.size() < most && random.nextInt(5) < 3);
      if (grows) {
        hashOf.put(step, random.nextInt(hashes));
        inside.add(step);
        index.add(step);
      } else {
        int node = inside.remove(random.nextInt(inside.size()));
        index.remove(node);
        int hash = hashOf.getOrDefault(node, 0);

        assertThat(index.find(hash, candidate -> candidate == node)).isEqualTo(NodeIndex.NONE);
      }
      if (!inside.isEmpty()) {
        int node = inside.get(random.nextInt(inside.size()));
        int hash = hashOf.getOrDefault(node, 0);

        assertThat(index.find(hash, candidate -> candidate == node)).isEqualTo(node);
      }
    }
  }
}
