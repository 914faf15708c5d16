package io.nacre.linux.process;

/** A process group of setpgid(2) or setsid(2): a process and those that it started. */
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
