package io.nacre.engine.watch.tree;

import java.util.Arrays;

/**
 * A hash index over node numbers: finds the node with a key that only the caller knows.
 *
 * <p>Open addressing with linear probing in one {@code int} array, at most half full: 8 bytes a
 * node.
 */
final class NodeIndex {
  /** No node. */
  static final int NONE = -1;

  /** What the index needs to know of a node. */
  interface Keys {
    /** Returns the hash of the key of {@code node}. */
    int hash(int node);
  }

  /** Says whether a node is the one that is looked for. */
  interface Match {
    boolean test(int node);
  }

  private static final int SMALLEST = 16;

  private final Keys keys;
  private int[] slots = empty(SMALLEST);
  private int size;

  NodeIndex(Keys keys) {
    this.keys = keys;
  }

  /** Returns the node whose key hashes to {@code hash} and that matches, or {@link #NONE}. */
  int find(int hash, Match match) {
    int mask = slots.length - 1;
    for (int slot = spread(hash) & mask; slots[slot] != NONE; slot = (slot + 1) & mask) {
      if (match.test(slots[slot])) {
        return slots[slot];
      }
    }
    return NONE;
  }

  /** Adds a node that is not in the index. */
  void add(int node) {
    if ((size + 1) * 2 > slots.length) {
      grow();
    }
    place(slots, node);
    size++;
  }

  /** Takes a node out, whose key must be as it was when it was added. */
  void remove(int node) {
    int mask = slots.length - 1;
    int slot = spread(keys.hash(node)) & mask;
    while (slots[slot] != node) {
      if (slots[slot] == NONE) {
        return;
      }
      slot = (slot + 1) & mask;
    }
    size--;
    // Close the gap: move up every later node whose own place is not behind the gap.
    int gap = slot;
    for (int next = (gap + 1) & mask; slots[next] != NONE; next = (next + 1) & mask) {
      int home = spread(keys.hash(slots[next])) & mask;
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        slots[gap] = slots[next];
        gap = next;
      }
    }
    slots[gap] = NONE;
  }

  private void grow() {
    int[] bigger = empty(slots.length * 2);
    for (int node : slots) {
      if (node != NONE) {
        place(bigger, node);
      }
    }
    slots = bigger;
  }

  private void place(int[] target, int node) {
    int mask = target.length - 1;
    int slot = spread(keys.hash(node)) & mask;
    while (target[slot] != NONE) {
      slot = (slot + 1) & mask;
    }
    target[slot] = node;
  }

  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B9; // 2^32 / golden ratio: neighbours land far apart
    return mixed ^ (mixed >>> 15);
  }

  private static int[] empty(int length) {
    int[] slots = new int[length];
    Arrays.fill(slots, NONE);
    return slots;
  }
}
