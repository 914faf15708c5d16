package io.nacre.engine.intake;

import java.util.Arrays;

/**
 * The processes whose next open is one to execute, since the kernel has just said so by an event of
 * its own; belongs to one reader.
 *
 * <p>A hint and no more: who is forgotten for another one, or opens something else at the same
 * time, waits a little longer or shorter than he should.
 */
final class AnnouncedExecs {
  private static final int SLOTS = 256;
  private static final int NONE = -1;

  private final int[] pids = new int[SLOTS];

  AnnouncedExecs() {
    Arrays.fill(pids, NONE);
  }

  /** Process {@code pid} is about to open what it executes. */
  void add(int pid) {
    pids[pid & (SLOTS - 1)] = pid;
  }

  /** Returns true if that was said of process {@code pid}, the first time it is asked. */
  boolean remove(int pid) {
    int slot = pid & (SLOTS - 1);
    boolean isAnnounced = pids[slot] == pid;
    if (isAnnounced) {
      pids[slot] = NONE;
    }
    return isAnnounced;
  }
}
