package io.nacre.engine.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A set of program paths, looked up by the bytes of a path: one table access for any size, and no
 * allocation.
 */
public final class ProgramSet {
  private static final byte[] FREE = {};

  /** No program. */
  public static final ProgramSet NONE = new ProgramSet(List.of());

  /** Open addressing: at least half of the slots are free, so that every search ends. */
  private final byte[][] slots;

  private final boolean isEmpty;

  /** The programs at {@code paths}, which are absolute. */
  public ProgramSet(Collection<String> paths) {
    this.slots = new byte[Integer.highestOneBit(paths.size() + 1) * 4][];
    this.isEmpty = paths.isEmpty();
    Arrays.fill(slots, FREE);
    for (String path : paths) {
      byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
      slots[slot(bytes, bytes.length)] = bytes;
    }
  }

  /** Returns true if there is none, so that no program needs to be looked up. */
  public boolean isEmpty() {
    return isEmpty;
  }

  /** Returns true if the first {@code length} bytes of {@code path} are the path of one. */
  public boolean contains(byte[] path, int length) {
    return length > 0 && slots[slot(path, length)] != FREE;
  }

  /** Returns the slot of the path, or else the free slot where it would be. */
  private int slot(byte[] path, int length) {
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + path[i];
    }
    int slot = hash & (slots.length - 1);
    while (slots[slot] != FREE
        && !Arrays.equals(slots[slot], 0, slots[slot].length, path, 0, length)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}
