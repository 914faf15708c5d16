package io.nacre.engine.watch.mark;

/**
 * Which trees own which directories, in arrays: a directory may have several owners, and an owner
 * may have it several times. About 30 bytes for each directory. Not for several threads at once.
 *
 * <p>Open addressing with linear probing, at most two thirds full. All entries of one directory are
 * in one run of used slots.
 */
final class OwnerTable {
  private static final int FIRST_CAPACITY = 64;
  private static final int MOST_OWNERS = 0xffff;
  private static final int MOST_TIMES = 0xffff;

  /** Neither an owner nor a count is 0. */
  private static final int FREE = 0;

  private long[] directories = new long[FIRST_CAPACITY];

  /** The owner in the upper half, and how often it owns the directory in the lower. */
  private int[] ownersAndTimes = new int[FIRST_CAPACITY];

  private int size;

  /** Returns the number of different pairs of a directory and an owner. */
  int size() {
    return size;
  }

  /**
   * Adds {@code owner} to the owners of {@code directory}.
   *
   * @return true if the directory has another owner as well
   */
  boolean add(int owner, long directory) {
    if (owner < 1 || owner > MOST_OWNERS) {
      throw new IllegalArgumentException("no owner: " + owner);
    }
    boolean hasOther = false;
    int mask = directories.length - 1;
    int slot = slotOf(directory);
    int own = -1;
    for (; ownersAndTimes[slot] != FREE; slot = (slot + 1) & mask) {
      if (directories[slot] == directory) {
        if (owner(slot) == owner) {
          own = slot;
        } else {
          hasOther = true;
        }
      }
    }
    if (own >= 0) {
      if ((ownersAndTimes[own] & MOST_TIMES) < MOST_TIMES) { // else it is owned for ever: safe
        ownersAndTimes[own]++;
      }
    } else {
      directories[slot] = directory;
      ownersAndTimes[slot] = owner << 16 | 1;
      size++;
      growIfFull();
    }
    return hasOther;
  }

  /**
   * Takes {@code owner} once from the owners of {@code directory}, if it is one.
   *
   * @return true if that was the last owner, and the last time
   */
  boolean remove(int owner, long directory) {
    int mask = directories.length - 1;
    int own = -1;
    boolean hasOther = false;
    for (int slot = slotOf(directory); ownersAndTimes[slot] != FREE; slot = (slot + 1) & mask) {
      if (directories[slot] == directory) {
        if (owner(slot) == owner) {
          own = slot;
        } else {
          hasOther = true;
        }
      }
    }
    if (own < 0) {
      return false;
    }
    int times = ownersAndTimes[own] & MOST_TIMES;
    if (times == MOST_TIMES) {
      return false;
    }
    if (times > 1) {
      ownersAndTimes[own]--;
      return false;
    }
    free(own);
    return !hasOther;
  }

  /** Takes {@code owner} from the owners of every directory. */
  void removeAll(int owner) {
    long[] oldDirectories = directories;
    int[] old = ownersAndTimes;
    directories = new long[oldDirectories.length];
    ownersAndTimes = new int[old.length];
    size = 0;
    for (int slot = 0; slot < old.length; slot++) {
      if (old[slot] != FREE && old[slot] >>> 16 != owner) {
        place(oldDirectories[slot], old[slot]);
      }
    }
  }

  private int owner(int slot) {
    return ownersAndTimes[slot] >>> 16;
  }

  /** Closes the gap: moves up every later entry whose own slot is not behind the gap. */
  private void free(int slot) {
    int mask = directories.length - 1;
    int gap = slot;
    for (int next = (gap + 1) & mask; ownersAndTimes[next] != FREE; next = (next + 1) & mask) {
      int home = slotOf(directories[next]);
      if (((next - home) & mask) >= ((next - gap) & mask)) {
        directories[gap] = directories[next];
        ownersAndTimes[gap] = ownersAndTimes[next];
        gap = next;
      }
    }
    ownersAndTimes[gap] = FREE;
    size--;
  }

  private void growIfFull() {
    if (size * 3 < directories.length * 2) {
      return;
    }
    long[] oldDirectories = directories;
    int[] old = ownersAndTimes;
    directories = new long[oldDirectories.length * 2];
    ownersAndTimes = new int[directories.length];
    size = 0;
    for (int slot = 0; slot < old.length; slot++) {
      if (old[slot] != FREE) {
        place(oldDirectories[slot], old[slot]);
      }
    }
  }

  private void place(long directory, int ownerAndTimes) {
    int mask = directories.length - 1;
    int slot = slotOf(directory);
    while (ownersAndTimes[slot] != FREE) {
      slot = (slot + 1) & mask;
    }
    directories[slot] = directory;
    ownersAndTimes[slot] = ownerAndTimes;
    size++;
  }

  private int slotOf(long directory) {
    long mixed = directory * 0x9E3779B97F4A7C15L; // 2^64 / golden ratio: neighbours land far apart
    return (int) (mixed >>> 40) & (directories.length - 1);
  }
}
