package io.nacre.linux.process;

/** A process and what it has started, as setpgid(2) and setsid(2) put them together. */
public final class ProcessGroup {
  private static final int SIGKILL = 9;

  private ProcessGroup() {}

  /**
   * Kills every process of the group that process {@code leader} leads or led; does nothing if
   * there is none.
   */
  public static void kill(int leader) {
    if (leader <= 1) {
      throw new IllegalArgumentException("not the leader of a group of its own: " + leader);
    }
    int unused = ProcessLib.kill(-leader, SIGKILL); // none is left, or none that we may kill
  }
}
