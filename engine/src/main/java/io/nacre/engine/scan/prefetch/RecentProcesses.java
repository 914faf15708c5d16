package io.nacre.engine.scan.prefetch;

/**
 * The processes that recently had a file scanned, in a small table: another process may take the
 * place of one. Belongs to one thread.
 */
final class RecentProcesses {
  private static final int PLACES = 256;

  private final int[] pids = new int[PLACES];

  /** Adds {@code pid}; returns whether it was there. A process of another namespace never is. */
  boolean isAgain(int pid) {
    int place = pid & (PLACES - 1);
    boolean isAgain = pid > 0 && pids[place] == pid;
    pids[place] = pid;
    return isAgain;
  }
}
