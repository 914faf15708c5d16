package io.nacre.engine.watch.mark;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.inotify.Inotify;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which tree owns which directory's mark, for one fanotify group. For any thread.
 *
 * <p>Marks belong to the group. So a mark is taken off only by the last tree that owns the
 * directory, and a move from one tree to another is a hand-over: the new owner adds itself before
 * the old one goes.
 *
 * <p>No system call is made under the lock, since a file system may not answer. A tree that adds
 * itself to a directory whose mark is being taken off waits for that, but not for ever: a file
 * system may delay that call. Then it places its mark at once, and the other tree places the mark
 * again as soon as its call returns.
 */
public final class MarkRegistry {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Marks marks;
  private final long longestWaitNanos;
  private final OwnerTable owners = new OwnerTable();

  /** Directories whose mark is being taken off just now. */
  private final Set<Long> unmarking = new HashSet<>();

  /** Those of them that a tree added itself to, which waited long enough. */
  private final Set<Long> claimedMeanwhile = new HashSet<>();

  private final List<MarkOwner> members = new ArrayList<>();

  /** A registry of {@code marks} that no tree owns yet. */
  public MarkRegistry(Marks marks) {
    this(marks, LONGEST_WAIT);
  }

  /** The same; a tree waits at most {@code longestWait} for a mark that is being taken off. */
  MarkRegistry(Marks marks, Duration longestWait) {
    this.marks = marks;
    this.longestWaitNanos = longestWait.toNanos();
  }

  /** Takes a tree in, which follows its directories by {@code inotify}. */
  public synchronized MarkOwner join(Inotify inotify) {
    int number = 1;
    while (isTaken(number)) {
      number++;
    }
    MarkOwner owner = new MarkOwner(this, number, inotify);
    members.add(owner);
    return owner;
  }

  private boolean isTaken(int number) {
    return members.stream().anyMatch(member -> member.number() == number);
  }

  /**
   * Marks {@code directory} for {@code owner}.
   *
   * @return true if another tree owned it before
   */
  boolean mark(MarkOwner owner, long key, Fd directory) throws ErrnoException {
    boolean hasOther = add(owner, key);
    try {
      marks.addDirectory(directory);
    } catch (ErrnoException e) {
      remove(owner, key);
      throw e;
    }
    return hasOther;
  }

  /** Takes {@code owner} from a directory, and the mark off if no other tree owns it. */
  void unmark(MarkOwner owner, long key, Fd directory) throws ErrnoException {
    if (!removeAndReserve(owner, key)) {
      return;
    }
    boolean isNeededAgain;
    try {
      marks.removeDirectory(directory);
    } finally {
      isNeededAgain = endReservation(key);
    }
    if (isNeededAgain) {
      marks.addDirectory(directory);
    }
  }

  /** Places the mark of a directory once more, which {@code owner} owns already. */
  void markAgain(Fd directory) throws ErrnoException {
    marks.addDirectory(directory);
  }

  /** Takes {@code owner} from a directory that was deleted, or that cannot be reached. */
  synchronized void remove(MarkOwner owner, long key) {
    owners.remove(owner.number(), key);
  }

  /** Takes a tree out, with whatever it still owns. */
  synchronized void leave(MarkOwner owner) {
    members.remove(owner);
    owners.removeAll(owner.number());
  }

  /** Returns the trees besides {@code owner} that may own directories of the same file systems. */
  synchronized List<MarkOwner> neighbours(MarkOwner owner) {
    return members.stream().filter(other -> other != owner && other.sharesDevice(owner)).toList();
  }

  /** Adds {@code owner}, once no tree takes the mark off; returns true if it is not the first. */
  synchronized boolean add(MarkOwner owner, long key) {
    if (!unmarking.isEmpty() && unmarking.contains(key)) {
      awaitUnmarked(key);
    }
    return owners.add(owner.number(), key);
  }

  private synchronized void awaitUnmarked(long key) {
    long startNanos = System.nanoTime();
    boolean isInterrupted = false;
    while (unmarking.contains(key)) {
      long leftNanos = longestWaitNanos - (System.nanoTime() - startNanos);
      if (leftNanos <= 0) {
        claimedMeanwhile.add(key);
        break;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
      } catch (InterruptedException e) {
        isInterrupted = true; // the mark comes first
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns true if the caller must take the mark off now, and then end the reservation. */
  synchronized boolean removeAndReserve(MarkOwner owner, long key) {
    if (!owners.remove(owner.number(), key)) {
      return false;
    }
    claimedMeanwhile.remove(key); // the tree that takes the mark off does so for this one as well
    return unmarking.add(key);
  }

  /** Returns true if a tree claimed the directory while its mark was taken off. */
  synchronized boolean endReservation(long key) {
    unmarking.remove(key);
    notifyAll();
    return claimedMeanwhile.remove(key);
  }
}
