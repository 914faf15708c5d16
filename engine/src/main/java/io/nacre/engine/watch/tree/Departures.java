package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.place.PathBytes;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * Directories on their way out of the tree, by their wd: first detached, in case they turn up
 * elsewhere at once, then suspected to have left, in the end without mark and watch. Belongs to one
 * actor.
 */
final class Departures {
  /**
   * To reach the suspects, the kernel prints all watches: that may take no more than a part of the
   * time.
   */
  private static final int PAUSES = 4;

  private final DirectoryMarks marks;
  private final LostDirectories lost;
  private final DetachedDirectories detached = new DetachedDirectories();
  private final SuspectedDepartures suspects = new SuspectedDepartures();
  private boolean hasExpelled;
  private long pauseUntilNanos;

  Departures(DirectoryMarks marks, LostDirectories lost) {
    this.marks = marks;
    this.lost = lost;
  }

  /** A directory is not where it was. */
  void detach(int wd, long nowNanos) {
    detached.add(wd, nowNanos);
  }

  /** A directory was found elsewhere, or was deleted. */
  void remove(int wd) {
    detached.remove(wd);
  }

  /** Returns and removes those that were detached for too long. */
  List<Integer> takeExpired(long nowNanos) {
    return detached.takeExpired(nowNanos);
  }

  /** Directories may have left, and have a mark and a watch still. */
  void suspect(int[] wds) {
    suspects.addAll(wds);
  }

  /** Every directory may have left; none is detached any more. */
  void suspectAll(int[] wds) {
    detached.clear();
    suspects.addAll(wds);
  }

  boolean isSuspect(int wd) {
    return suspects.contains(wd);
  }

  /** Takes back the suspicion of those that {@code areThere}. */
  void acquit(IntPredicate areThere) {
    suspects.removeIf(areThere);
  }

  /** Returns true if the last time suspects were expelled is long enough ago. */
  boolean isTime(long nowNanos) {
    return !hasExpelled || nowNanos - pauseUntilNanos >= 0;
  }

  /**
   * Takes the marks and watches of all suspects off.
   *
   * @param near where a directory of their file system may be found
   * @param problem is told if some marks may be left; the watches are gone
   */
  void expel(Collection<PathBytes> near, LongSupplier nanoClock, Consumer<String> problem) {
    int[] wds = suspects.takeAll();
    if (wds.length == 0) {
      return;
    }
    long startNanos = nanoClock.getAsLong();
    try {
      lost.unmark(wds, near);
    } catch (IOException e) {
      problem.accept("directories moved out of it stay marked: " + e.getMessage());
    }
    for (int wd : wds) {
      marks.unwatch(wd);
    }
    long now = nanoClock.getAsLong();
    pauseUntilNanos = now + (now - startNanos) * PAUSES;
    hasExpelled = true;
  }

  boolean isEmpty() {
    return detached.isEmpty() && suspects.isEmpty();
  }
}
