package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.mark.MarkOwner;
import io.nacre.engine.watch.place.PathBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * Directories on their way out of the tree, by their wd. At first they are detached, in case they
 * are found elsewhere at once; then they are suspected to have left. In the end their watches are
 * removed, and their marks unless another tree owns them. Belongs to one actor.
 */
final class Departures {
  /**
   * The pause after an expulsion, as a multiple of its duration. To find the suspects, the kernel
   * prints all watches; that may take one fifth of the time.
   */
  private static final int PAUSES = 4;

  private final DirectoryMarks marks;
  private final MarkOwner owner;
  private final LostDirectories lost;
  private final DetachedDirectories detached = new DetachedDirectories();
  private final SuspectedDepartures suspects = new SuspectedDepartures();
  private boolean hasExpelled;
  private long pauseUntilNanos;

  Departures(DirectoryMarks marks, MarkOwner owner, LostDirectories lost) {
    this.marks = marks;
    this.owner = owner;
    this.lost = lost;
  }

  /** A directory is not where it was. */
  void detach(int wd, long nowNanos) {
    detached.add(wd, nowNanos);
  }

  /** A directory was found elsewhere. */
  void attach(int wd) {
    detached.remove(wd);
  }

  /**
   * The watch of a directory ended, and its mark with it.
   *
   * @return the key of the mark, if the directory was suspected
   */
  OptionalLong takeEnded(int wd) {
    detached.remove(wd);
    return suspects.takeEnded(wd);
  }

  /**
   * Suspects the directories that were detached for longer than the grace, with all below them.
   * Removes them from {@code table}.
   *
   * @return true if there are any
   */
  boolean suspectExpired(DirectoryTable table, long nowNanos) {
    List<Integer> all = new ArrayList<>();
    for (int wd : detached.takeExpired(nowNanos)) {
      if (table.byWd(wd) != DirectoryTable.NONE) {
        all.addAll(table.descendants(table.byWd(wd)));
      }
    }
    suspects.addAll(all.stream().mapToInt(node -> node).toArray(), table);
    for (int i = all.size() - 1; i >= 0; i--) { // descendants come later in the list
      table.remove(all.get(i));
    }
    return !all.isEmpty();
  }

  /** Suspects every directory of {@code table}; none is detached any more. */
  void suspectAll(DirectoryTable table) {
    detached.clear();
    suspects.addAll(table.nodes(), table);
  }

  boolean isSuspect(int wd) {
    return suspects.contains(wd);
  }

  /** Returns the key of the mark of a suspect; empty if {@code wd} is not suspected. */
  OptionalLong keyOfSuspect(int wd) {
    return suspects.keyOf(wd);
  }

  /** Clears the suspects that were {@code found}. */
  void clearSuspects(IntPredicate found) {
    suspects.removeIf(found);
  }

  /**
   * Returns true if there are suspects, and the last time they were expelled is long enough ago.
   */
  boolean isTimeToExpel(long nowNanos) {
    return !suspects.isEmpty() && (!hasExpelled || nowNanos - pauseUntilNanos >= 0);
  }

  /**
   * Releases the marks of all suspects, and ends their watches.
   *
   * @param near paths at which a directory of their file systems may be found
   * @param problem receives the reason for which some marks may remain
   */
  void expel(Collection<PathBytes> near, LongSupplier nanoClock, Consumer<String> problem) {
    SuspectedDepartures gone = suspects.takeAll();
    long startNanos = nanoClock.getAsLong();
    BitSet released = new BitSet();
    try {
      lost.unmark(gone, near, released);
    } catch (IOException e) {
      problem.accept("directories moved out of it stay marked: " + e.getMessage());
    }
    for (int i = 0; i < gone.size(); i++) {
      if (!gone.hasEnded(i)) {
        if (!released.get(i)) {
          owner.forget(gone.key(i));
        }
        marks.unwatch(gone.wd(i));
      }
    }
    long now = nanoClock.getAsLong();
    pauseUntilNanos = now + (now - startNanos) * PAUSES;
    hasExpelled = true;
  }

  /** Returns true if no directory is detached, so that none may be found elsewhere any more. */
  boolean areNoneDetached() {
    return detached.isEmpty();
  }

  boolean isEmpty() {
    return detached.isEmpty() && suspects.isEmpty();
  }
}
