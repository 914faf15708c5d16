package io.nacre.linux.process;

/**
 * Ends this process in the middle of whatever it does: {@code _exit(2)}.
 *
 * <p>{@code Runtime.halt} waits up to 300 ms for threads that are in a system call, as readers
 * always are; this waits for nobody. The kernel closes every descriptor at once.
 */
public final class ProcessExit {

  private ProcessExit() {}

  /** Ends this process with {@code status}; nothing of Java runs any more. */
  public static void now(int status) {
    ProcessLib._exit(status);
  }
}
