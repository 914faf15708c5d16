package io.nacre.linux.process;

/**
 * The immediate end of this process, by {@code _exit(2)}.
 *
 * <p>{@code Runtime.halt} waits up to 300 ms for threads that are in a system call, as readers
 * always are. This waits for no thread. The kernel closes every descriptor at once.
 */
public final class ProcessExit {

  private ProcessExit() {}

  /** Ends this process with {@code status}; no Java code runs any more. */
  public static void now(int status) {
    ProcessLib._exit(status);
  }
}
