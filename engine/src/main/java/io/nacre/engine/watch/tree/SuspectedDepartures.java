package io.nacre.engine.watch.tree;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The wds of directories that may have left the tree, in order, each once. */
final class SuspectedDepartures {
  private int[] wds = {};

  void addAll(int[] more) {
    wds = IntStream.concat(Arrays.stream(wds), Arrays.stream(more)).sorted().distinct().toArray();
  }

  void removeIf(IntPredicate isCleared) {
    wds = Arrays.stream(wds).filter(isCleared.negate()).toArray();
  }

  boolean contains(int wd) {
    return Arrays.binarySearch(wds, wd) >= 0;
  }

  boolean isEmpty() {
    return wds.length == 0;
  }

  /** Takes all out. */
  int[] takeAll() {
    int[] all = wds;
    wds = new int[0];
    return all;
  }
}
