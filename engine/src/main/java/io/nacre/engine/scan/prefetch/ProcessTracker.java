package io.nacre.engine.scan.prefetch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is known of one process that opens files: where it is, what is expected of it, and how far
 * ahead of it files are scanned.
 *
 * <p>Belongs to one thread, but for {@link #opened}, which any may tell.
 */
final class ProcessTracker {
  private static final int REMEMBERED = 256;

  private final DirectorySource tree;
  private final AccessOrder course;
  private final ReadaheadWindow window = new ReadaheadWindow();

  /** Those that were made, oldest first; some of them are over. */
  private final Deque<Prefetched> guesses = new ArrayDeque<>();

  /** What it will open and be told of, since that was not scanned ahead. */
  private final Set<String> leftOut = new LinkedHashSet<>();

  private final AtomicInteger unopened = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private volatile Optional<Prefetched> furthest = Optional.empty();
  private volatile int lowWater;
  private Optional<OrderedWalk> walk = Optional.empty();
  private String anchor = "";
  private boolean isLost = true;
  private long made;
  private int strays;

  /** How many files it opened since the last one that was guessed. */
  private int elsewhere;

  private int wasted;
  private int used;
  private long lastNanos;

  /** A pursuit of a process through {@code tree}. */
  ProcessTracker(DirectorySource tree) {
    this.tree = tree;
    this.course = new AccessOrder(tree);
  }

  /**
   * The process has opened {@code path}, which was not scanned ahead.
   *
   * @return whether it can be told what it opens next
   */
  boolean seen(String path, long nowNanos) {
    lastNanos = nowNanos;
    if (leftOut.remove(path) || guesses.stream().anyMatch(guess -> guess.path().equals(path))) {
      course.passed(path);
      strays = 0;
      return !isLost;
    }
    elsewhere++;
    boolean isStep = course.opened(path);
    strays = isStep ? 0 : strays + 1;
    goOnFrom(path);
    return !isLost;
  }

  /** The process has opened {@code path}, after others that are not known. */
  void skippedTo(String path, long nowNanos) {
    lastNanos = nowNanos;
    elsewhere++;
    course.skippedTo(path);
    goOnFrom(path);
  }

  private void goOnFrom(String path) {
    leftOut.clear();
    anchor = path;
    walk = Optional.empty();
    isLost = !course.isKnown();
  }

  /** Returns the path of the next file that it should open, after at most {@code names} names. */
  Optional<String> next(int names) {
    return isLost ? Optional.empty() : walk().next(names);
  }

  /** Returns whether more can be expected. */
  boolean goesOn() {
    return !isLost && !walk().isOver();
  }

  /** Made when it is needed: who is told of many files at a time goes on from the last one. */
  private OrderedWalk walk() {
    if (walk.isEmpty()) {
      walk =
          Optional.of(
              new OrderedWalk(tree, course.order(), course.root(), anchor, course.descends()));
    }
    return walk.get();
  }

  /** {@code path} is not scanned ahead, so that it will be seen. */
  void leaveOut(String path) {
    if (leftOut.size() == REMEMBERED) {
      leftOut.remove(leftOut.iterator().next());
    }
    leftOut.add(path);
  }

  /** Returns the number for the next guess. */
  long nextNumber() {
    return made;
  }

  /** {@code guess} is being scanned. */
  void add(Prefetched guess) {
    made++;
    guesses.add(guess);
    unopened.incrementAndGet();
  }

  /** {@code guess} came to nothing, before anybody opened its file. */
  void drop() {
    unopened.decrementAndGet();
  }

  /**
   * The file of {@code guess} was opened; for any thread.
   *
   * @return true if it is time for new guesses
   */
  boolean opened(Prefetched guess) {
    if (furthest.isEmpty() || furthest.get().number() < guess.number()) {
      furthest = Optional.of(guess); // of two at a time either will do
    }
    opened.incrementAndGet();
    return unopened.decrementAndGet() == lowWater;
  }

  /**
   * Learns from what was opened since the last time, and takes those back that were passed over, or
   * all if the process is somewhere else: they would take the room of better ones.
   *
   * @param all the guesses that may still turn out right
   * @return how many were wrong
   */
  int settle(PrefetchedFiles all, long nowNanos) {
    int right = opened.getAndSet(0);
    furthest.filter(guess -> right > 0).ifPresent(guess -> course.passed(guess.path()));
    if (right > 0) {
      lastNanos = nowNanos;
      strays = 0;
      elsewhere = 0;
    }
    used += right;
    window.used(right);
    long behind = furthest.map(Prefetched::number).orElse(-1L) - ReadaheadWindow.MOST;
    int wrong = 0;
    if (elsewhere > AccessOrder.NEAR) {
      elsewhere = 0;
      wrong = end(all);
    }
    while (!guesses.isEmpty() && guesses.element().number() <= behind) {
      wrong += takeBack(guesses.remove(), all);
    }
    wasted += wrong;
    if (wrong > 0) {
      window.wasted();
    }
    return wrong;
  }

  /** Takes all guesses back; returns how many were wrong. */
  int end(PrefetchedFiles all) {
    int wrong = 0;
    for (Prefetched guess : guesses) {
      wrong += takeBack(guess, all);
    }
    guesses.clear();
    return wrong;
  }

  private int takeBack(Prefetched guess, PrefetchedFiles all) {
    if (!all.remove(guess)) {
      return 0;
    }
    unopened.decrementAndGet();
    return 1;
  }

  /** Returns how many files may still be scanned ahead now. */
  int room() {
    return window.size() - unopened.get();
  }

  /** That is enough until half of it was opened. */
  void rest() {
    lowWater = unopened.get() / 2;
  }

  /** Returns how many files may be scanned ahead. */
  int window() {
    return window.size();
  }

  /** Returns how many opens in a row could not be told from those before. */
  int strays() {
    return strays;
  }

  /** Returns whether more was done in vain than it was of use. */
  boolean isInVain() {
    return wasted > ReadaheadWindow.MOST && wasted > used;
  }

  /** Returns when it did something last. */
  long lastNanos() {
    return lastNanos;
  }
}
