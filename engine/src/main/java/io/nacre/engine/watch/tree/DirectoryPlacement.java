package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.mark.MarkOwner;
import io.nacre.engine.watch.newfiles.NewFiles;
import io.nacre.engine.watch.tree.PendingWalk.Manner;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The placement of directories in the table of a tree: a new directory is adopted, one of the table
 * moves, and one that is not where it was is detached. Belongs to one actor.
 *
 * <p>A directory is watched, then marked, then listed. So a directory made in between is seen
 * either by the watch or by the list.
 */
final class DirectoryPlacement {
  private final TreeRules rules;
  private final NewFiles newFiles;
  private final TreeRoots roots;
  private final PendingWalk walk;
  private final ResyncPending resync;
  private final LongSupplier nanoClock;
  private final DirectoryMarks marks;
  private final Departures departures;
  private final OpenDirectories opened;
  private DirectoryTable table = new DirectoryTable();
  private boolean overlapping;

  /**
   * An empty table.
   *
   * @param newFiles receives the directories that come into the tree
   * @param walk receives the directories that are to be walked
   * @param resync begins when the table cannot be made to agree
   */
  DirectoryPlacement(
      MarkOwner owner,
      TreeRules rules,
      NewFiles newFiles,
      TreeRoots roots,
      PendingWalk walk,
      ResyncPending resync,
      LongSupplier nanoClock) {
    this.rules = rules;
    this.newFiles = newFiles;
    this.roots = roots;
    this.walk = walk;
    this.resync = resync;
    this.nanoClock = nanoClock;
    this.marks = new DirectoryMarks(owner);
    this.departures = new Departures(marks, owner, new LostDirectories(owner));
    this.opened =
        new OpenDirectories(
            owner.inotify(),
            wd -> table.byWd(wd) != DirectoryTable.NONE || departures.isSuspect(wd));
  }

  DirectoryTable table() {
    return table;
  }

  Departures departures() {
    return departures;
  }

  OpenDirectories opened() {
    return opened;
  }

  /** Returns true if a root, or a directory, is reached on two ways by a bind mount. */
  boolean isOverlapping() {
    return overlapping;
  }

  /** Begins with an empty table; every directory of the old one is suspected to have left. */
  void startAgain() {
    departures.suspectAll(table);
    table = new DirectoryTable();
    overlapping = false;
  }

  /** Finds the directory of a root, which is then walked. */
  void attach(TreeRoot root) {
    byte[] path = root.path().bytes();
    try {
      Directory directory = root.open();
      int wd = marks.watch(directory);
      int known = table.byWd(wd);
      if (known == DirectoryTable.NONE) {
        long key = mark(directory, wd).key();
        int node = table.add(DirectoryTable.NONE, path, wd);
        table.setMarkKey(node, key);
        root.found(node);
        list(directory, wd, Manner.PLAIN);
        return;
      }
      directory.close();
      if (isWhereItWas(known)) {
        root.coveredByAnother(); // the same directory, by a bind mount
        overlapping = true;
      } else {
        departures.attach(wd);
        table.makeRoot(known, path);
        root.found(known);
        walk.add(new PendingWalk.Closed(wd, Manner.THOROUGH));
      }
    } catch (ErrnoException e) {
      root.addProblem(path, TreeRoots.text(e));
    }
  }

  private MarkOwner.Marked mark(Directory directory, int wd) throws ErrnoException {
    OptionalLong key = departures.keyOfSuspect(wd);
    return key.isPresent()
        ? marks.markAgain(directory, wd, key.getAsLong())
        : marks.mark(directory, wd);
  }

  private boolean isWhereItWas(int node) throws ErrnoException {
    return table.isAttached(node) && opened.open(table, node).isPresent();
  }

  /** Opens and lists a directory that waited for that. */
  void open(PendingWalk.Closed closed) {
    int node = table.byWd(closed.wd());
    if (node == DirectoryTable.NONE) {
      return;
    }
    try {
      Optional<Directory> directory =
          table.isAttached(node) ? opened.open(table, node) : Optional.empty();
      if (directory.isPresent()) {
        list(opened.release(directory.get()), closed.wd(), closed.manner());
      } else {
        beginResync(); // it moved, with the directories in it
      }
    } catch (ErrnoException e) {
      roots.addProblem(table, node, e);
    }
  }

  /**
   * Makes the table agree with what is at {@code name} in {@code above}, which is {@code parent}.
   */
  void lookAt(Directory above, int parent, byte[] name, Manner manner) throws ErrnoException {
    Directory directory;
    try {
      directory = above.openChildOnSameMount(name);
    } catch (ErrnoException e) {
      switch (e.errno()) {
        case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> detachChild(parent, name);
        case Errno.EXDEV -> {} // a place of its own
        default -> throw e;
      }
      return;
    }
    int wd = marks.watch(directory);
    int known = table.byWd(wd);
    if (known == DirectoryTable.NONE) {
      adopt(directory, wd, parent, name, manner);
    } else if (table.child(parent, name) == known && manner == Manner.THOROUGH) {
      list(directory, wd, manner);
    } else {
      directory.close();
      move(known, parent, name);
    }
  }

  /** A directory that is not in the table is at {@code name} in {@code parent}. */
  private void adopt(Directory directory, int wd, int parent, byte[] name, Manner manner)
      throws ErrnoException {
    MarkOwner.Marked marked = mark(directory, wd);
    detachChild(parent, name); // another directory had this name
    table.setMarkKey(table.add(parent, name, wd), marked.key());
    if (manner == Manner.ARRIVED && !marked.hasOtherOwner()) {
      newFiles.addTree(directory);
    }
    list(directory, wd, manner == Manner.THOROUGH ? manner : Manner.PLAIN);
  }

  /** A directory of the table is at {@code name} in {@code parent} now. */
  private void move(int node, int parent, byte[] name) {
    if (table.child(parent, name) == node) {
      return;
    }
    if (rootAt(node).isPresent()) {
      overlapping = true; // by a bind mount, and followed where that is
      return;
    }
    if (table.isBelow(parent, node)) {
      beginResync();
      return;
    }
    detachChild(parent, name);
    departures.attach(table.wd(node));
    table.move(node, parent, name);
    if (rules.hasExcludes()) {
      walk.add(new PendingWalk.Closed(table.wd(node), Manner.THOROUGH));
    }
  }

  /** The directory {@code name} of {@code parent} is not there any more. */
  void detachChild(int parent, byte[] name) {
    int child = table.child(parent, name);
    if (child != DirectoryTable.NONE) {
      detach(child);
    }
  }

  /** The directory {@code node} is not where it was. */
  void detach(int node) {
    rootAt(node).ifPresent(TreeRoot::forget);
    table.detach(node);
    departures.detach(table.wd(node), nanoClock.getAsLong());
  }

  /** Lists the directories in a directory that is watched and marked, to be walked. */
  private void list(Directory directory, int wd, Manner manner) throws ErrnoException {
    walk.add(new PendingWalk.Open(directory, wd, marks.list(directory), manner));
  }

  private void beginResync() {
    resync.begin(nanoClock.getAsLong());
  }

  private Optional<TreeRoot> rootAt(int node) {
    return roots.at(table, node);
  }
}
