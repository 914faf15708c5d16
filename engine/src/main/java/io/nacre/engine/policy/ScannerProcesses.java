package io.nacre.engine.policy;

import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The processes that scan for the engine, whose opens must not wait for a scan. For any thread.
 *
 * <p>A process is a scanner if it runs the program <em>and</em> acts as the user: an unprivileged
 * user can run the program, and the user may run other programs. The embedded clamd is a scanner
 * from its first open on, before it has that program and user: see {@link #mayBeEmbedded}.
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
        return false; // the paths of scanners are ASCII
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

  /** By the monitor that found them. */
  private final IdentityHashMap<Object, Set<Scanner>> found = new IdentityHashMap<>();

  private volatile List<Scanner> scanners = List.of();
  private volatile int embedded = NONE;
  private volatile int otherEngine = NONE;

  /** Adds a clamd that scans for the engine, found by the monitor {@code finder}. */
  public synchronized void add(Object finder, Scanner scanner) {
    if (found.computeIfAbsent(finder, monitor -> new LinkedHashSet<>()).add(scanner)) {
      publish();
    }
  }

  /** Removes the clamds that {@code finder} alone has found: it asks them no more. */
  public synchronized void removeFoundBy(Object finder) {
    if (found.remove(finder) != null) {
      publish();
    }
  }

  private void publish() {
    scanners = found.values().stream().flatMap(Set::stream).distinct().toList();
  }

  /** Returns the clamds that were added; seldom more than one. */
  public List<Scanner> scanners() {
    return scanners;
  }

  /** Sets the engine that hands over to this one, or takes over from it: it never waits either. */
  public void setOtherEngine(int pid) {
    otherEngine = pid;
  }

  /** No hand-over is under way any more. */
  public void clearOtherEngine() {
    otherEngine = NONE;
  }

  /** Returns whether process {@code pid} is the other engine of a hand-over. */
  public boolean isOtherEngine(int pid) {
    return pid > 0 && pid == otherEngine;
  }

  /** The embedded clamd is about to start: until its number is set, it may be any child. */
  public void expectEmbedded() {
    embedded = ANY;
  }

  /** Sets the process of the embedded clamd. */
  public void setEmbedded(int pid) {
    embedded = pid;
  }

  /** The embedded clamd has ended, or could not be started. */
  public void clearEmbedded() {
    embedded = NONE;
  }

  /**
   * Returns true if process {@code pid} may be the embedded clamd. It is, if it also is a child of
   * the engine: the number of a child cannot belong to another process.
   */
  public boolean mayBeEmbedded(int pid) {
    int expected = embedded;
    return pid > 0 && (expected == ANY || expected == pid);
  }
}
