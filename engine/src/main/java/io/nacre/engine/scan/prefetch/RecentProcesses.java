package io.nacre.engine.scan.prefetch;

/**
 * Which processes had a file scanned lately, about: another one with a like number takes its place.
 * Belongs to one thread.
 */
final class RecentProcesses {
  private static final int PLACES = 256;

  private final int[] pids = new int[PLACES];

  /** Returns whether {@code pid} did before; a process of another namespace never did. */
  boolean isAgain(int pid) {
    int place = pid & (PLACES - 1);
    boolean isAgain = pid > 0 && pids[place] == pid;
    pids[place] = pid;
    return isAgain;
  }
}
