package io.nacre.engine.watch.mark;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Poll;
import io.nacre.linux.file.Statx;
import io.nacre.linux.inotify.Inotify;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One tree in the {@link MarkRegistry}: marks its directories, and says whether it is settled.
 *
 * <p><b>Owns</b> the inotify instance of the tree. <b>Thread</b>: that of the tree; {@link
 * #addDevice}, {@link #expectWork} and what the registry calls are for any thread.
 */
public final class MarkOwner implements AutoCloseable {

  /**
   * A directory that was marked.
   *
   * @param key the directory, for {@link #unmark} and {@link #forget}
   * @param hasOtherOwner whether another tree owns it as well, from which it may have moved
   */
  public record Marked(long key, boolean hasOtherOwner) {}

  private final MarkRegistry registry;
  private final int number;
  private final Inotify inotify;
  private final Poll events;
  private final Statx statx = new Statx();
  private final AtomicInteger expectedWork = new AtomicInteger();

  private final Set<String> devices = ConcurrentHashMap.newKeySet();

  // Guarded by this.
  private boolean settled;
  private boolean closed;

  MarkOwner(MarkRegistry registry, int number, Inotify inotify) {
    this.registry = registry;
    this.number = number;
    this.inotify = inotify;
    this.events = new Poll(inotify.fd());
  }

  int number() {
    return number;
  }

  /** Returns the inotify instance, which {@link #close} closes. */
  public Inotify inotify() {
    return inotify;
  }

  /** Notes that the tree has directories on {@code device}, as {@code mountinfo} names it. */
  public void addDevice(String device) {
    devices.add(device);
  }

  boolean sharesDevice(MarkOwner other) {
    return !Collections.disjoint(devices, other.devices);
  }

  /** Adds this tree to the owners of an open directory, and places the mark. */
  public Marked mark(Fd directory) throws ErrnoException {
    long key = keyOf(directory);
    boolean hasOther = registry.mark(this, key, directory);
    return new Marked(key, hasOther);
  }

  /** Places the mark of a directory once more, which this tree owns already. */
  public void markAgain(Fd directory) throws ErrnoException {
    registry.markAgain(directory);
  }

  /** Gives a directory up; its mark is taken off if no other tree owns it. */
  public void unmark(long key, Fd directory) throws ErrnoException {
    registry.unmark(this, key, directory);
  }

  /** Gives a directory up that was deleted, or that cannot be reached. */
  public void forget(long key) {
    registry.remove(this, key);
  }

  /** Notes that a message to the tree is on its way, which {@link #workArrived} ends. */
  public void expectWork() {
    expectedWork.incrementAndGet();
  }

  /** Notes that such a message arrived: the tree is not settled until it says so again. */
  public void workArrived() {
    setSettled(false);
    expectedWork.updateAndGet(count -> Math.max(0, count - 1));
  }

  /**
   * Says whether the tree has looked at everything that it read events of. To be called with false
   * before events are read.
   */
  public synchronized void setSettled(boolean isSettled) {
    settled = isSettled;
  }

  /**
   * Returns true if every other tree on the same file systems has looked at everything that
   * happened until now: a directory that moved to one of them has that one for an owner.
   */
  public boolean areNeighboursSettled() throws ErrnoException {
    for (MarkOwner neighbour : registry.neighbours(this)) {
      if (!neighbour.isSettledNow()) {
        return false;
      }
    }
    return true;
  }

  /** The queue is looked at first: what was in it by then was read by a tree that is settled. */
  private synchronized boolean isSettledNow() throws ErrnoException {
    return closed || (expectedWork.get() == 0 && events.await(0) == 0 && settled);
  }

  @Override
  public void close() {
    registry.leave(this);
    synchronized (this) {
      closed = true;
      inotify.close();
    }
  }

  private long keyOf(Fd directory) throws ErrnoException {
    statx.identify(directory.number());
    // Two directories with one key keep a mark too long at worst.
    return statx.inode() + statx.device() * 0x9E3779B97F4A7C15L;
  }
}
