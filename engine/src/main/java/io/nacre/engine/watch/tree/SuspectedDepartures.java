package io.nacre.engine.watch.tree;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.IntPredicate;

/**
 * Directories that may have left the tree: their wds in order, each once, and the keys of their
 * marks.
 */
final class SuspectedDepartures {
  private int[] wds = {};
  private long[] keys = {};
  private boolean[] ended = {};

  /** Adds nodes of a table. */
  void addAll(int[] nodes, DirectoryTable table) {
    long[] order = new long[size() + nodes.length];
    for (int i = 0; i < order.length; i++) {
      int wd = i < size() ? wds[i] : table.wd(nodes[i - size()]);
      order[i] = (long) wd << 32 | i;
    }
    Arrays.sort(order);
    SuspectedDepartures all = new SuspectedDepartures();
    all.resize(order.length);
    int count = 0;
    for (long each : order) {
      int wd = (int) (each >>> 32);
      int from = (int) each;
      if (count == 0 || all.wds[count - 1] != wd) {
        all.wds[count] = wd;
        all.keys[count] = from < size() ? keys[from] : table.markKey(nodes[from - size()]);
        all.ended[count++] = from < size() && ended[from];
      }
    }
    all.resize(count);
    take(all);
  }

  void removeIf(IntPredicate isCleared) {
    int count = 0;
    for (int i = 0; i < wds.length; i++) {
      if (!isCleared.test(wds[i])) {
        wds[count] = wds[i];
        keys[count] = keys[i];
        ended[count++] = ended[i];
      }
    }
    resize(count);
  }

  boolean contains(int wd) {
    return indexOf(wd) >= 0;
  }

  /** Returns the key of the mark of the directory watched as {@code wd}, if it is suspected. */
  OptionalLong keyOf(int wd) {
    int index = indexOf(wd);
    return index < 0 ? OptionalLong.empty() : OptionalLong.of(keys[index]);
  }

  /**
   * Notes that the watch {@code wd} ended.
   *
   * @return the key of the mark, if the directory is suspected
   */
  OptionalLong takeEnded(int wd) {
    int index = indexOf(wd);
    if (index < 0) {
      return OptionalLong.empty();
    }
    ended[index] = true;
    return OptionalLong.of(keys[index]);
  }

  boolean isEmpty() {
    return wds.length == 0;
  }

  /** Takes all out, into a set of their own. */
  SuspectedDepartures takeAll() {
    SuspectedDepartures all = new SuspectedDepartures();
    all.take(this);
    take(new SuspectedDepartures());
    return all;
  }

  int size() {
    return wds.length;
  }

  int wd(int index) {
    return wds[index];
  }

  long key(int index) {
    return keys[index];
  }

  boolean hasEnded(int index) {
    return ended[index];
  }

  /** Returns the index of {@code wd}, or -1 if it is no suspect. */
  int indexOf(int wd) {
    int index = Arrays.binarySearch(wds, wd);
    return index < 0 || ended[index] ? -1 : index;
  }

  private void resize(int size) {
    wds = Arrays.copyOf(wds, size);
    keys = Arrays.copyOf(keys, size);
    ended = Arrays.copyOf(ended, size);
  }

  private void take(SuspectedDepartures other) {
    wds = other.wds;
    keys = other.keys;
    ended = other.ended;
  }
}
