package io.nacre.engine.scan.prefetch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The state of one process that opens files: its place, the files it is expected to open next, and
 * those that were prefetched for it.
 *
 * <p>Belongs to one thread, except {@link #opened(Prefetched)} and {@link #drop}, for any thread.
 */
final class ProcessTracker {
  private static final int LEFT_OUT = 256;

  private final DirectorySource tree;
  private final AccessOrder order;
  private final ReadaheadWindow window = new ReadaheadWindow();

  /** The prefetched files, oldest first; some of them were opened or dropped. */
  private final Deque<Prefetched> prefetched = new ArrayDeque<>();

  /** Files on the way that were not prefetched, and will be seen when they are opened. */
  private final Set<String> leftOut = new LinkedHashSet<>();

  private final AtomicInteger unopened = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private volatile Optional<Prefetched> furthest = Optional.empty();
  private volatile int lowWater;
  private Optional<OrderedWalk> walk = Optional.empty();
  private String anchor = "";
  private boolean isLost = true;
  private long made;
  private int unexpected;

  /** How many files it opened since the last prefetched one. */
  private int elsewhere;

  private int wasted;
  private int used;
  private long lastNanos;

  /** A process that goes through {@code tree}. */
  ProcessTracker(DirectorySource tree) {
    this.tree = tree;
    this.order = new AccessOrder(tree);
  }

  /**
   * Records that the process opened {@code path}, which has no verdict yet.
   *
   * @return whether its next files can be predicted
   */
  boolean opened(String path, long nowNanos) {
    lastNanos = nowNanos;
    if (leftOut.remove(path) || prefetched.stream().anyMatch(file -> file.path().equals(path))) {
      order.passed(path);
      unexpected = 0;
      return !isLost;
    }
    elsewhere++;
    boolean isStep = order.opened(path);
    unexpected = isStep ? 0 : unexpected + 1;
    goOnFrom(path);
    return !isLost;
  }

  /** Records that the process opened {@code path}, after other files that were not recorded. */
  void skippedTo(String path, long nowNanos) {
    lastNanos = nowNanos;
    elsewhere++;
    order.skippedTo(path);
    goOnFrom(path);
  }

  private void goOnFrom(String path) {
    leftOut.clear();
    anchor = path;
    walk = Optional.empty();
    isLost = !order.isKnown();
  }

  /** Returns the next file it is expected to open, after reading at most {@code names} names. */
  Optional<String> next(int names) {
    return isLost ? Optional.empty() : walk().next(names);
  }

  /** Returns whether there may be more. */
  boolean goesOn() {
    return !isLost && !walk().isOver();
  }

  /** Made when it is needed: after many files at a time it goes on from the last one. */
  private OrderedWalk walk() {
    if (walk.isEmpty()) {
      walk =
          Optional.of(new OrderedWalk(tree, order.order(), order.root(), anchor, order.descends()));
    }
    return walk.get();
  }

  /** Records that {@code path} is not prefetched. */
  void leaveOut(String path) {
    if (leftOut.size() == LEFT_OUT) {
      leftOut.remove(leftOut.iterator().next());
    }
    leftOut.add(path);
  }

  /** Returns the number of the next prefetched file. */
  long nextNumber() {
    return made;
  }

  /** Adds {@code file}, whose scan begins. */
  void add(Prefetched file) {
    made++;
    prefetched.add(file);
    unopened.incrementAndGet();
  }

  /** Removes a file whose scan was withdrawn before it was opened; for any thread. */
  void drop() {
    unopened.decrementAndGet();
  }

  /**
   * Records that a prefetched file was opened; for any thread.
   *
   * @return true if the next files should be prefetched now
   */
  boolean opened(Prefetched file) {
    if (furthest.isEmpty() || furthest.get().number() < file.number()) {
      furthest = Optional.of(file); // of two at a time either is good enough
    }
    opened.incrementAndGet();
    return unopened.decrementAndGet() == lowWater;
  }

  /**
   * Learns from the files that were opened since the last time. Takes back those that were passed
   * over, or all if the process is elsewhere: they would take the room of better ones.
   *
   * @param all the prefetched files of all processes
   * @return the number of files that were wasted
   */
  int settle(PrefetchedFiles all, long nowNanos) {
    int newlyUsed = opened.getAndSet(0);
    furthest.filter(file -> newlyUsed > 0).ifPresent(file -> order.passed(file.path()));
    if (newlyUsed > 0) {
      lastNanos = nowNanos;
      unexpected = 0;
      elsewhere = 0;
    }
    used += newlyUsed;
    window.addUsed(newlyUsed);
    long behind = furthest.map(Prefetched::number).orElse(-1L) - ReadaheadWindow.MOST;
    int unused = 0;
    if (elsewhere > AccessOrder.NEAR) {
      elsewhere = 0;
      unused = end(all);
    }
    while (!prefetched.isEmpty() && prefetched.element().number() <= behind) {
      unused += takeBack(prefetched.remove(), all);
    }
    wasted += unused;
    if (unused > 0) {
      window.shrink();
    }
    return unused;
  }

  /** Takes all files back; returns the number of those that were wasted. */
  int end(PrefetchedFiles all) {
    int unused = 0;
    for (Prefetched file : prefetched) {
      unused += takeBack(file, all);
    }
    prefetched.clear();
    return unused;
  }

  private int takeBack(Prefetched file, PrefetchedFiles all) {
    if (!all.remove(file)) {
      return 0;
    }
    unopened.decrementAndGet();
    return 1;
  }

  /** Returns how many files may still be prefetched now. */
  int room() {
    return window.size() - unopened.get();
  }

  /** Ends the prefetch until half of the files were opened. */
  void rest() {
    lowWater = unopened.get() / 2;
  }

  /** Returns the greatest number of unopened prefetched files. */
  int window() {
    return window.size();
  }

  /** Returns how many opens in a row were not expected after the one before. */
  int unexpected() {
    return unexpected;
  }

  /** Returns whether more files were wasted than used, of more than a whole window. */
  boolean wastesMost() {
    return wasted > ReadaheadWindow.MOST && wasted > used;
  }

  /** Returns the time of its last open. */
  long lastNanos() {
    return lastNanos;
  }
}
