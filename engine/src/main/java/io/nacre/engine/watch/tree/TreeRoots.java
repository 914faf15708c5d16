package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.place.PathBytes;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The places of one tree actor, and the problems in the tree of each. Belongs to one actor. */
final class TreeRoots {
  private final List<TreeRoot> roots = new ArrayList<>();

  void add(TreeRoot root) {
    roots.add(root);
  }

  /** Removes the root at {@code path}, after {@code last} was applied to it. */
  void remove(PathBytes path, Consumer<TreeRoot> last) {
    List<TreeRoot> removed = roots.stream().filter(root -> root.path().equals(path)).toList();
    removed.forEach(last);
    roots.removeAll(removed);
  }

  boolean isEmpty() {
    return roots.isEmpty();
  }

  void forEach(Consumer<TreeRoot> action) {
    roots.forEach(action);
  }

  /** Returns where the roots are. */
  List<PathBytes> paths() {
    return roots.stream().map(TreeRoot::path).toList();
  }

  /** Returns the root that {@code node} is, if it is one. */
  Optional<TreeRoot> at(DirectoryTable table, int node) {
    return table.parent(node) != DirectoryTable.NONE
        ? Optional.empty()
        : roots.stream().filter(root -> root.node() == node).findAny();
  }

  /** Returns the directories that {@code path} is in, in the tree of each root. */
  List<Integer> above(DirectoryTable table, PathBytes path) {
    return roots.stream()
        .filter(root -> root.node() != DirectoryTable.NONE && path.isBelow(root.path()))
        .map(root -> table.find(root.node(), path.parent().relativeTo(root.path())))
        .filter(node -> node != DirectoryTable.NONE)
        .toList();
  }

  /** Notes that {@code name} in {@code parent} could not be protected. */
  void addProblem(DirectoryTable table, int parent, byte[] name, ErrnoException e) {
    if (!isGone(e)) {
      at(table, table.top(parent))
          .ifPresent(root -> root.addProblem(table.pathOf(parent, name), text(e)));
    }
  }

  /** Notes that the directory {@code node} could not be listed. */
  void addProblem(DirectoryTable table, int node, ErrnoException e) {
    if (!isGone(e)) {
      at(table, table.top(node)).ifPresent(root -> root.addProblem(table.path(node), text(e)));
    }
  }

  /** Notes a problem of all of them. */
  void addProblemToAll(String what) {
    roots.forEach(root -> root.addProblem(root.path().bytes(), what));
  }

  /** Returns true if a root relies on the tree of another one. */
  boolean areSomeCovered() {
    return roots.stream().anyMatch(TreeRoot::isCoveredByAnother);
  }

  /** Returns true if something is not protected, and might be after another try. */
  boolean haveProblems() {
    return roots.stream().anyMatch(root -> root.isMissing() || root.hasProblems());
  }

  /** Publishes for each root how it is protected. */
  void publish(DirectoryTable table) {
    for (TreeRoot root : roots) {
      boolean isAlone = roots.size() == 1;
      root.publish(
          root.node() == DirectoryTable.NONE
              ? 0
              : isAlone ? table.size() : table.count(root.node()));
    }
  }

  /** Publishes for each root that its tree changes faster than it can be followed. */
  void publishBehind() {
    roots.forEach(TreeRoot::publishBehind);
  }

  /** Returns the problem as text for the administrator. */
  static String text(ErrnoException e) {
    return e.errno() == Errno.ENOSPC
        ? "no inotify watch left; raise it: sysctl fs.inotify.max_user_watches=1048576"
        : String.valueOf(e.getMessage());
  }

  private static boolean isGone(ErrnoException e) {
    return e.errno() == Errno.ENOENT || e.errno() == Errno.ESTALE;
  }
}
