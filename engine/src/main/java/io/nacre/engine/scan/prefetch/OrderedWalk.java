package io.nacre.engine.scan.prefetch;

import io.nacre.engine.scan.lookup.BytePaths;
import io.nacre.engine.scan.lookup.DirectoryEntry;
import io.nacre.engine.scan.lookup.DirectoryListing;
import io.nacre.engine.scan.lookup.DirectoryOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A walk through a tree in one order, from one file on: depth first, and up again to the directory
 * that it does not leave. Belongs to one thread.
 */
final class OrderedWalk {
  /** The greatest depth. */
  static final int DEPTH = 16;

  private static final class Level {
    private final String directory;
    private final List<DirectoryEntry> entries;
    private int next;

    Level(String directory, List<DirectoryEntry> entries) {
      this.directory = directory;
      this.entries = entries;
    }
  }

  private final DirectorySource tree;
  private final DirectoryOrder order;
  private final String root;
  private final boolean descends;
  private final Deque<Level> levels = new ArrayDeque<>();
  private boolean isOver;

  /**
   * A walk through {@code tree}.
   *
   * @param root the directory it does not leave
   * @param after the file it begins behind
   * @param descends whether it goes into directories
   */
  OrderedWalk(
      DirectorySource tree, DirectoryOrder order, String root, String after, boolean descends) {
    this.tree = tree;
    this.order = order;
    this.root = root;
    this.descends = descends;
    enterBehind(after);
  }

  /** Returns whether there is nothing more to come. */
  boolean isOver() {
    return isOver;
  }

  /**
   * Returns the path of the next file.
   *
   * @param names how many names it looks at; when none of them is a file, it goes on from there the
   *     next time
   */
  Optional<String> next(int names) {
    for (int i = 0; i < names && !isOver; i++) {
      Level level = levels.element();
      if (level.next == level.entries.size()) {
        leave();
        continue;
      }
      DirectoryEntry entry = level.entries.get(level.next++);
      String path = BytePaths.child(level.directory, entry.name());
      if (!entry.isDirectory()) {
        return Optional.of(path);
      }
      if (descends && levels.size() < DEPTH) {
        tree.list(path).ifPresent(list -> levels.push(new Level(path, list.in(order))));
      }
    }
    return Optional.empty();
  }

  private void leave() {
    String left = levels.pop().directory;
    if (!levels.isEmpty()) {
      return;
    }
    if (left.equals(root)) {
      isOver = true;
    } else {
      enterBehind(left);
    }
  }

  private void enterBehind(String path) {
    String directory = BytePaths.parent(path);
    Optional<DirectoryListing> list = tree.list(directory);
    Optional<DirectoryEntry> before = list.flatMap(l -> l.find(BytePaths.name(path)));
    if (before.isEmpty()) {
      isOver = true; // it was removed, or may not be listed
      return;
    }
    Level level = new Level(directory, list.get().in(order));
    level.next = level.entries.indexOf(before.get()) + 1;
    levels.push(level);
  }
}
