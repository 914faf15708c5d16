package io.nacre.engine.policy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The processes that scan for us, so that none waits for itself; may be changed from any thread.
 *
 * <p>A process is a scanner if it runs the program <em>and</em> acts as the user: the program alone
 * could be run by anybody, and the user may run other things. A clamd of our own is one from its
 * first open on, before it has become either: see {@link #mayBeOurOwn}.
 */
public final class ScannerProcesses {

  /**
   * One clamd.
   *
   * @param program the path of its program
   * @param uid the user it acts as
   */
  public record Scanner(String program, int uid) {

    /** Returns true if the first {@code length} bytes of {@code path} are the program's path. */
    public boolean runs(byte[] path, int length) {
      if (length != program.length()) {
        return false; // programs of scanners have ASCII paths
      }
      for (int i = 0; i < length; i++) {
        if (path[i] != (byte) program.charAt(i)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final int NONE = -1;
  private static final int ANY = 0;

  private final List<Scanner> known = new CopyOnWriteArrayList<>();
  private volatile int ourOwn = NONE;

  /** Adds a clamd that is known to scan for us. */
  public void learn(Scanner scanner) {
    if (!known.contains(scanner)) {
      known.add(scanner);
    }
  }

  /** Returns the clamds learnt so far; seldom more than one. */
  public List<Scanner> known() {
    return known;
  }

  /** A clamd of our own is about to be started: until its number is known, any child may be it. */
  public void starting() {
    ourOwn = ANY;
  }

  /** The clamd of our own is process {@code pid}. */
  public void started(int pid) {
    ourOwn = pid;
  }

  /** There is no clamd of our own any more, or it could not be started. */
  public void ended() {
    ourOwn = NONE;
  }

  /**
   * Returns true if process {@code pid} may be a clamd of our own; it is, if it is a child of ours
   * too. Only a child cannot be taken for another process that got its number after its end.
   */
  public boolean mayBeOurOwn(int pid) {
    int expected = ourOwn;
    return pid > 0 && (expected == ANY || expected == pid);
  }
}
