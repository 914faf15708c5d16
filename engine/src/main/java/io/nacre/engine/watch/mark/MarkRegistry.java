package io.nacre.engine.watch.mark;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.inotify.Inotify;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which tree owns which directory's mark, for one fanotify group. For any thread.
 *
 * <p>Marks belong to the group. So a mark is taken off only by the last tree that owns the
 * directory, and a move from one tree to another is a hand-over: the new owner adds itself before
 * the old one goes.
 *
 * <p>No system call is made under the lock, since a file system may not answer. A tree that adds
 * itself to a directory whose mark is being taken off waits for that.
 */
public final class MarkRegistry {
  private final Marks marks;
  private final OwnerTable owners = new OwnerTable();

  /** Directories whose mark is being taken off just now. */
  private final Set<Long> unmarking = new HashSet<>();

  private final List<MarkOwner> members = new ArrayList<>();

  /** A registry of {@code marks} that no tree owns yet. */
  public MarkRegistry(Marks marks) {
    this.marks = marks;
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
    try {
      marks.removeDirectory(directory);
    } finally {
      endReservation(key);
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

  private synchronized boolean add(MarkOwner owner, long key) {
    boolean isInterrupted = false;
    while (unmarking.contains(key)) {
      try {
        wait();
      } catch (InterruptedException e) {
        isInterrupted = true; // the mark comes first
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    return owners.add(owner.number(), key);
  }

  private synchronized boolean removeAndReserve(MarkOwner owner, long key) {
    boolean isLast = owners.remove(owner.number(), key);
    return isLast && unmarking.add(key);
  }

  private synchronized void endReservation(long key) {
    unmarking.remove(key);
    notifyAll();
  }
}
