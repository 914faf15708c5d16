package io.nacre.engine.ahead;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Learns from the files that a process opens whether it goes through directories, and how: which
 * order would have led from each file to the next one. Belongs to one thread.
 */
final class Course {
  /** So many names may be left out: what is empty or known is never told of. */
  static final int NEAR = 8;

  /** Directories between two files beyond which the one is not the next of the other. */
  static final int DEPTH = 4;

  /** What one step to the very next name says. */
  private static final int SURE = 2;

  private static final int MOST = 8;

  private final Tree tree;
  private final Map<Order, Integer> fits = new EnumMap<>(Order.class);
  private Optional<String> last = Optional.empty();
  private String root = "/";
  private boolean isWithinOneDirectory = true;

  /** A course through {@code tree} that has yet to begin. */
  Course(Tree tree) {
    this.tree = tree;
  }

  /** The process opens {@code path}; returns whether some order led there. */
  boolean opened(String path) {
    boolean fits = last.filter(before -> isStep(before, path)).isPresent();
    if (!fits) {
      root = Paths.parent(path);
      isWithinOneDirectory = true;
    }
    last = Optional.of(path);
    return fits;
  }

  /** The process has got to {@code path} as it was expected to. */
  void passed(String path) {
    last = Optional.of(path);
    widen(path);
  }

  /** The process has got to {@code path}, and where it was in between is not known. */
  void skippedTo(String path) {
    if (last.isEmpty()) {
      root = Paths.parent(path);
    }
    passed(path);
  }

  /** Returns whether it can be told what comes next. */
  boolean isKnown() {
    return fit(order()) >= SURE;
  }

  /** Returns the order that fits best. */
  Order order() {
    Order best = Order.LISTED;
    for (Order order : Order.values()) {
      if (fit(order) > fit(best)) {
        best = order;
      }
    }
    return best;
  }

  /** Returns the directory that everything on this course was in, however deep. */
  String root() {
    return root;
  }

  /** Returns whether it went from one directory to another, and so may go on into others. */
  boolean descends() {
    return !isWithinOneDirectory;
  }

  private boolean isStep(String from, String to) {
    String above = Paths.common(from, to);
    if (Paths.depth(above, from) > DEPTH || Paths.depth(above, to) > DEPTH) {
      fits.clear();
      return false;
    }
    Optional<Listing> listing = tree.list(above);
    Optional<Entry> before = listing.flatMap(l -> l.find(Paths.nameIn(above, from)));
    Optional<Entry> after = listing.flatMap(l -> l.find(Paths.nameIn(above, to)));
    if (before.isEmpty() || after.isEmpty()) {
      fits.clear();
      return false;
    }
    boolean isStep = isKnown() && isNext(listing.get(), before.get(), after.get());
    if (!isStep) {
      isStep = judge(listing.get(), before.get(), after.get());
    }
    if (isStep) {
      widen(to);
    }
    return isStep;
  }

  /** Returns whether the order that fits best leads there, so that no other one matters. */
  private boolean isNext(Listing listing, Entry from, Entry to) {
    Order order = order();
    boolean isNext = listing.steps(order, from, to) == 1;
    if (isNext) {
      fits.put(order, Math.min(fit(order) + SURE, MOST));
    }
    return isNext;
  }

  /** Returns whether some order leads there, and notes which. */
  private boolean judge(Listing listing, Entry from, Entry to) {
    boolean isStep = false;
    for (Order order : Order.values()) {
      int steps = listing.steps(order, from, to);
      boolean isNear = steps > 0 && steps <= NEAR;
      isStep |= isNear;
      fits.put(
          order, isNear ? Math.min(fit(order) + (steps == 1 ? SURE : 1), MOST) : fit(order) / 2);
    }
    return isStep;
  }

  private void widen(String path) {
    if (!Paths.parent(path).equals(root)) {
      isWithinOneDirectory = false;
    }
    if (!Paths.isBelow(path, root)) {
      root = Paths.common(Paths.child(root, ""), path);
    }
  }

  private int fit(Order order) {
    return fits.getOrDefault(order, 0);
  }
}
