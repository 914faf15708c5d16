package io.nacre.engine.intake;

import java.util.Arrays;

/**
 * The processes whose next open is one to execute, since the kernel has just said so by an event of
 * its own; belongs to one reader.
 *
 * <p>A hint only: a process that is overwritten by another one, or opens something else at the same
 * time, waits in the lane of an open instead of an exec, or the other way round.
 */
final class AnnouncedExecs {
  private static final int SLOTS = 256;
  private static final int NONE = -1;

  private final int[] pids = new int[SLOTS];

  AnnouncedExecs() {
    Arrays.fill(pids, NONE);
  }

  /** Process {@code pid} is about to open the file that it executes. */
  void add(int pid) {
    pids[pid & (SLOTS - 1)] = pid;
  }

  /** Removes process {@code pid}; returns true if it was announced. */
  boolean remove(int pid) {
    int slot = pid & (SLOTS - 1);
    boolean isAnnounced = pids[slot] == pid;
    if (isAnnounced) {
      pids[slot] = NONE;
    }
    return isAnnounced;
  }
}
