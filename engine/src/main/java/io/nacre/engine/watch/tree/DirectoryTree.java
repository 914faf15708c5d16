package io.nacre.engine.watch.tree;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.engine.watch.mark.MarkOwner;
import io.nacre.engine.watch.newfiles.NewFiles;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.tree.PendingWalk.Manner;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import io.nacre.linux.inotify.Inotify;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The directories of one place, or of some places that share an inotify instance: each has a watch
 * and a mark. Belongs to one actor.
 *
 * <p>An event only reports where to look. The directory that is there now decides, and the table is
 * made to agree with it. So no event comes too early, too late or twice, and the order of events
 * does not matter.
 *
 * <p>A directory is watched, then marked, then listed. So a directory made in between is seen
 * either by the watch or by the list.
 *
 * <p>A directory that is not where it was is detached. It keeps its mark for a moment, in which a
 * moved directory is mostly found elsewhere. Otherwise it left the tree: its watch is removed, and
 * its mark unless another tree owns it. When the table cannot be made to agree, everything is
 * walked again, under the marks that are there.
 */
final class DirectoryTree implements AutoCloseable {
  private final TreeRules rules;
  private final NewFiles newFiles;
  private final LongSupplier nanoClock;
  private final MarkOwner owner;
  private final TreeRoots roots = new TreeRoots();
  private final PendingWalk walk;
  private final DeferredEvents deferred = new DeferredEvents();
  private final ResyncPending resync = new ResyncPending();

  private final DirectoryPlacement placement;
  private final Departures departures;
  private final OpenDirectories opened;

  /**
   * A tree without any directory.
   *
   * @param owner the part of this tree in the registry of marks; closed with the tree
   * @param newFiles receives the directories that come into the tree
   */
  DirectoryTree(
      MarkOwner owner,
      PathRules rules,
      NewFiles newFiles,
      OpenDirectoryLimit openLimit,
      LongSupplier nanoClock) {
    this.walk = new PendingWalk(openLimit);
    this.rules = new TreeRules(rules);
    this.newFiles = newFiles;
    this.nanoClock = nanoClock;
    this.owner = owner;
    this.placement =
        new DirectoryPlacement(owner, this.rules, newFiles, roots, walk, resync, nanoClock);
    this.departures = placement.departures();
    this.opened = placement.opened();
  }

  Inotify inotify() {
    return owner.inotify();
  }

  TreeRoots roots() {
    return roots;
  }

  DirectoryTable table() {
    return placement.table();
  }

  /** Follows other rules, and walks everything again by them. */
  void setRules(PathRules other) {
    rules.set(other);
    walkAgain();
  }

  /** Adds a root; its tree is walked by {@link #walk}. */
  void add(TreeRoot root) {
    roots.add(root);
    placement.attach(root);
  }

  /** Removes a root, and the marks and watches of its tree. */
  void remove(PathBytes path) {
    roots.remove(
        path,
        root -> {
          if (root.node() != DirectoryTable.NONE) {
            placement.detach(root.node());
            if (placement.isOverlapping()) {
              beginResync(); // another root may have relied on it
            }
          }
        });
  }

  /** Looks at {@code path}, at which something was mounted until now. */
  void lookAt(PathBytes path) {
    roots.above(table(), path).forEach(parent -> lookAt(table().wd(parent), path.name()));
  }

  /** Makes the table agree with what is at {@code name} in the directory watched as {@code wd}. */
  void lookAt(int wd, byte[] name) {
    int parent = table().byWd(wd);
    if (parent == DirectoryTable.NONE) {
      return; // not walked yet, or outside by now
    }
    try {
      if (!table().isAttached(parent)) {
        deferred.add(wd, name);
        return;
      }
      if (rules.isDirectoryExcluded(table(), parent, name)) {
        placement.detachChild(parent, name);
        return;
      }
      Optional<Directory> above = opened.open(table(), parent);
      if (above.isPresent()) {
        placement.lookAt(above.get(), parent, name, Manner.ARRIVED);
      } else {
        deferred.add(wd, name); // until the parent is found
      }
    } catch (ErrnoException e) {
      roots.addProblem(table(), parent, name, e);
    }
  }

  /** A file came to {@code name} in the directory watched as {@code wd}. */
  void fileMovedIn(int wd, byte[] name) {
    int parent = table().byWd(wd);
    if (parent == DirectoryTable.NONE
        || !table().isAttached(parent)
        || newFiles.areIgnored()
        || rules.isFileExcluded(table(), parent, name)) {
      return;
    }
    try {
      opened.open(table(), parent).ifPresent(above -> newFiles.addFile(above, name));
    } catch (ErrnoException e) {
      roots.addProblem(table(), parent, name, e);
    }
  }

  /** The watch {@code wd} ended: its directory was deleted, or the watch was removed. */
  void watchEnded(int wd) {
    OptionalLong suspect = departures.takeEnded(wd);
    int node = table().byWd(wd);
    if (node == DirectoryTable.NONE) {
      suspect.ifPresent(owner::forget);
      return;
    }
    for (int child : table().children(node)) {
      placement.detach(child); // it was moved out of it before
    }
    rootAt(node).ifPresent(TreeRoot::forget);
    owner.forget(table().markKey(node));
    table().remove(node);
  }

  /** Continues the walk, past about {@code directories} directories. */
  void walk(int directories) {
    for (int i = 0; i < directories && !walk.isDone(); i++) {
      Optional<PendingWalk.Open> here = walk.current();
      if (here.isEmpty()) {
        walk.nextClosed().ifPresent(placement::open);
        continue;
      }
      int node = table().byWd(here.get().wd());
      if (node == DirectoryTable.NONE) {
        walk.skip();
        continue;
      }
      byte[] name = here.get().left().remove(here.get().left().size() - 1);
      try {
        if (rules.isDirectoryExcluded(table(), node, name)) {
          placement.detachChild(node, name);
        } else {
          placement.lookAt(here.get().directory(), node, name, here.get().manner());
        }
      } catch (ErrnoException e) {
        roots.addProblem(table(), node, name, e);
      }
    }
  }

  boolean isWalking() {
    return !walk.isDone();
  }

  /** Returns true if everything was looked at, so that no directory is still to be claimed. */
  boolean isUpToDate() {
    return !isWalking() && deferred.isEmpty() && !resync.isPending();
  }

  /**
   * Returns true if {@link #settle} has no work left, except for suspects that wait for other
   * trees.
   */
  boolean isSettled() {
    return isUpToDate() && departures.areNoneDetached();
  }

  /** Returns true if some directories that left the tree may still have their marks. */
  boolean hasDepartures() {
    return !departures.isEmpty();
  }

  /**
   * Completes the table once events were read: a directory that was not found elsewhere is gone.
   *
   * @param isQuiet whether every event was read
   */
  void settle(boolean isQuiet) throws ErrnoException {
    deferred.retry(this::lookAt);
    if (isWalking()) {
      return;
    }
    if (deferred.isFull() || (isQuiet && deferred.isAnyIn(this::isAttached))) {
      beginResync();
    }
    if (resync.isDue(isQuiet, nanoClock.getAsLong())) {
      walkAgain();
      return;
    }
    if (!resync.isPending()) {
      departures.clearSuspects(wd -> table().byWd(wd) != DirectoryTable.NONE);
    }
    if (departures.suspectExpired(table(), nanoClock.getAsLong()) && roots.areSomeCovered()) {
      beginResync(); // by one of these, perhaps
    }
    if (!resync.isPending()
        && departures.isTimeToExpel(nanoClock.getAsLong())
        && owner.areNeighboursSettled()) {
      departures.expel(roots.paths(), nanoClock, roots::addProblemToAll);
    }
  }

  /** Events were dropped: everything must be walked again, once a walk is over. */
  void missedEvents() {
    if (isWalking()) {
      beginResync(); // a walk that restarts each time would never end
    } else {
      walkAgain();
    }
  }

  /** Walks everything again, under the marks and watches that are there. */
  void walkAgain() {
    opened.close();
    walk.clear();
    deferred.clear();
    placement.startAgain();
    resync.end();
    roots.forEach(
        root -> {
          root.forget();
          placement.attach(root);
        });
  }

  /** Closes the directories that were opened to look at events. */
  void closeOpened() {
    opened.close();
  }

  @Override
  public void close() {
    walk.clear();
    opened.close();
    owner.close();
  }

  private void beginResync() {
    resync.begin(nanoClock.getAsLong());
  }

  private boolean isAttached(int wd) {
    int node = table().byWd(wd);
    return node != DirectoryTable.NONE && table().isAttached(node);
  }

  private Optional<TreeRoot> rootAt(int node) {
    return roots.at(table(), node);
  }
}
