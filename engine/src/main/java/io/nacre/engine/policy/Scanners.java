package io.nacre.engine.policy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The processes that scan for us, so that none waits for itself; may be changed from any thread.
 *
 * <p>A process is a scanner if it runs the program <em>and</em> acts as the user: the program alone
 * could be run by anybody, and the user may run other things.
 */
public final class Scanners {

  /**
   * One clamd.
   *
   * @param program the path of its program
   * @param uid the user it acts as
   */
  public record Scanner(String program, int uid) {}

  private final List<Scanner> known = new CopyOnWriteArrayList<>();

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
}
