package io.nacre.engine.scan.prefetch;

import io.nacre.engine.scan.lookup.BytePaths;
import io.nacre.engine.scan.lookup.DirectoryEntry;
import io.nacre.engine.scan.lookup.DirectoryListing;
import io.nacre.engine.scan.lookup.DirectoryOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The order in which a process goes through directories, learned from its opens: the order that
 * would have led from each file to the next one. Belongs to one thread.
 */
final class AccessOrder {
  /** The most names that may be skipped: empty and cached files are never reported. */
  static final int NEAR = 8;

  /** The most directories between a file and the next one. */
  static final int DEPTH = 4;

  /** The weight of a step to the very next name. */
  private static final int SURE = 2;

  private static final int MOST = 8;

  private final DirectorySource tree;
  private final Map<DirectoryOrder, Integer> fits = new EnumMap<>(DirectoryOrder.class);
  private Optional<String> last = Optional.empty();
  private String root = "/";
  private boolean isWithinOneDirectory = true;

  /** The order of a process in {@code tree} that has opened nothing yet. */
  AccessOrder(DirectorySource tree) {
    this.tree = tree;
  }

  /** Records an open of {@code path}; returns whether some order leads there. */
  boolean opened(String path) {
    boolean fits = last.filter(before -> isStep(before, path)).isPresent();
    if (!fits) {
      root = BytePaths.parent(path);
      isWithinOneDirectory = true;
    }
    last = Optional.of(path);
    return fits;
  }

  /** Records that the process has reached {@code path}, as expected. */
  void passed(String path) {
    last = Optional.of(path);
    widen(path);
  }

  /** Records that the process has reached {@code path}, by way of files that are not known. */
  void skippedTo(String path) {
    if (last.isEmpty()) {
      root = BytePaths.parent(path);
    }
    passed(path);
  }

  /** Returns whether the next files can be predicted. */
  boolean isKnown() {
    return fit(order()) >= SURE;
  }

  /** Returns the order that fits best. */
  DirectoryOrder order() {
    DirectoryOrder best = DirectoryOrder.LISTED;
    for (DirectoryOrder order : DirectoryOrder.values()) {
      if (fit(order) > fit(best)) {
        best = order;
      }
    }
    return best;
  }

  /** Returns the directory that all files were in, at any depth. */
  String root() {
    return root;
  }

  /** Returns whether the process went from one directory to another, and so may enter others. */
  boolean descends() {
    return !isWithinOneDirectory;
  }

  private boolean isStep(String from, String to) {
    String above = BytePaths.common(from, to);
    if (BytePaths.depth(above, from) > DEPTH || BytePaths.depth(above, to) > DEPTH) {
      fits.clear();
      return false;
    }
    Optional<DirectoryListing> listing = tree.list(above);
    Optional<DirectoryEntry> before = listing.flatMap(l -> l.find(BytePaths.nameIn(above, from)));
    Optional<DirectoryEntry> after = listing.flatMap(l -> l.find(BytePaths.nameIn(above, to)));
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

  /** Returns whether the order that fits best leads there, so that the others need no check. */
  private boolean isNext(DirectoryListing listing, DirectoryEntry from, DirectoryEntry to) {
    DirectoryOrder order = order();
    boolean isNext = listing.steps(order, from, to) == 1;
    if (isNext) {
      fits.put(order, Math.min(fit(order) + SURE, MOST));
    }
    return isNext;
  }

  /** Returns whether some order leads there, and records which. */
  private boolean judge(DirectoryListing listing, DirectoryEntry from, DirectoryEntry to) {
    boolean isStep = false;
    for (DirectoryOrder order : DirectoryOrder.values()) {
      int steps = listing.steps(order, from, to);
      boolean isNear = steps > 0 && steps <= NEAR;
      isStep |= isNear;
      fits.put(
          order, isNear ? Math.min(fit(order) + (steps == 1 ? SURE : 1), MOST) : fit(order) / 2);
    }
    return isStep;
  }

  private void widen(String path) {
    if (!BytePaths.parent(path).equals(root)) {
      isWithinOneDirectory = false;
    }
    if (!BytePaths.isBelow(path, root)) {
      root = BytePaths.common(BytePaths.child(root, ""), path);
    }
  }

  private int fit(DirectoryOrder order) {
    return fits.getOrDefault(order, 0);
  }
}
