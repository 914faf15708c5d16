package io.nacre.engine.watch.tree;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.newfiles.NewFiles;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.tree.PendingWalk.Manner;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import io.nacre.linux.inotify.Inotify;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The directories of the places on one file system: which there are, with a mark and a watch on
 * each. Belongs to one actor.
 *
 * <p>An event only says where to look: what is there now decides, and the table is made to agree
 * with it. So no event comes too early, too late or twice, and it does not matter which ones made
 * it so. A directory is watched, then marked, then listed: what is created in between is seen
 * either by the watch or by the list. One that is not found where it was is detached, and keeps its
 * mark for the moment in which it is mostly found elsewhere; if it is not, it left the tree, and
 * its mark and its watch go. When the table cannot be made to agree, everything is walked again,
 * under the marks that are there.
 */
final class DirectoryTree implements AutoCloseable {
  private final PathRules rules;
  private final NewFiles newFiles;
  private final LongSupplier nanoClock;
  private final Inotify inotify;
  private final DirectoryMarks marks;
  private final OpenDirectories opened;
  private final TreeRoots roots = new TreeRoots();
  private final PendingWalk walk = new PendingWalk();
  private final DeferredEvents unplaced = new DeferredEvents();
  private final ResyncPending doubt = new ResyncPending();

  private final Departures departures;
  private DirectoryTable table = new DirectoryTable();
  private boolean overlapping;

  /**
   * A tree without any directory on the file system {@code device}.
   *
   * @param newFiles is told of directories that come into the tree
   */
  DirectoryTree(
      String device, Marks marks, PathRules rules, NewFiles newFiles, LongSupplier nanoClock)
      throws ErrnoException {
    this.rules = rules;
    this.newFiles = newFiles;
    this.nanoClock = nanoClock;
    this.inotify = Inotify.open();
    this.marks = new DirectoryMarks(marks, inotify);
    this.departures = new Departures(this.marks, new LostDirectories(marks, inotify, device));
    this.opened =
        new OpenDirectories(
            inotify, wd -> table.byWd(wd) != DirectoryTable.NONE || departures.isSuspect(wd));
  }

  Inotify inotify() {
    return inotify;
  }

  TreeRoots roots() {
    return roots;
  }

  DirectoryTable table() {
    return table;
  }

  /** Takes a root in; its tree is walked by {@link #walk}. */
  void add(TreeRoot root) {
    roots.add(root);
    attach(root);
  }

  /** Takes a root out; the marks and watches of its tree go. */
  void remove(PathBytes path) {
    roots.remove(
        path,
        root -> {
          if (root.node() != DirectoryTable.NONE) {
            detach(root.node());
            if (overlapping) {
              doubt(); // another root may have relied on it
            }
          }
        });
  }

  /** Looks at {@code path}, whose cover was taken off. */
  void uncovered(PathBytes path) {
    roots.above(table, path).forEach(parent -> look(table.wd(parent), path.name()));
  }

  /** Makes the table agree with what is at {@code name} in the directory watched as {@code wd}. */
  void look(int wd, byte[] name) {
    int parent = table.byWd(wd);
    if (parent == DirectoryTable.NONE) {
      return; // not walked yet, or not ours any more
    }
    try {
      if (!table.isAttached(parent)) {
        unplaced.add(wd, name);
        return;
      }
      if (isExcluded(parent, name)) {
        detachChild(parent, name);
        return;
      }
      Optional<Directory> above = opened.open(table, parent);
      if (above.isPresent()) {
        look(above.get(), parent, name, Manner.NEWS);
      } else {
        unplaced.add(wd, name); // once it is known where the parent is
      }
    } catch (ErrnoException e) {
      roots.problem(table, parent, name, e);
    }
  }

  /** A file came to {@code name} in the directory watched as {@code wd}. */
  void movedIn(int wd, byte[] name) {
    int parent = table.byWd(wd);
    if (parent == DirectoryTable.NONE
        || !table.isAttached(parent)
        || newFiles.areIgnored()
        || isExcludedFile(parent, name)) {
      return;
    }
    try {
      opened.open(table, parent).ifPresent(above -> newFiles.addFile(above, name));
    } catch (ErrnoException e) {
      roots.problem(table, parent, name, e);
    }
  }

  /** The watch {@code wd} ended with its directory. */
  void gone(int wd) {
    int node = table.byWd(wd);
    if (node == DirectoryTable.NONE) {
      return;
    }
    for (int child : table.children(node)) {
      detach(child); // it was moved out of it before
    }
    rootAt(node).ifPresent(TreeRoot::forget);
    departures.remove(wd);
    table.remove(node);
  }

  /** Walks on, past about {@code directories} directories. */
  void walk(int directories) {
    for (int i = 0; i < directories && !walk.isDone(); i++) {
      Optional<PendingWalk.Open> here = walk.current();
      if (here.isEmpty()) {
        walk.nextClosed().ifPresent(this::open);
        continue;
      }
      int node = table.byWd(here.get().wd());
      if (node == DirectoryTable.NONE) {
        walk.skip();
        continue;
      }
      byte[] name = here.get().left().remove(here.get().left().size() - 1);
      try {
        if (isExcluded(node, name)) {
          detachChild(node, name);
        } else {
          look(here.get().directory(), node, name, here.get().manner());
        }
      } catch (ErrnoException e) {
        roots.problem(table, node, name, e);
      }
    }
  }

  boolean isWalking() {
    return !walk.isDone();
  }

  /** Returns true if something waits for {@link #settle}. */
  boolean isUnsettled() {
    return !departures.isEmpty() || !unplaced.isEmpty() || doubt.isThere();
  }

  /**
   * Draws the conclusions of what was seen: what did not come back is gone.
   *
   * @param isQuiet whether every event was read
   */
  void settle(boolean isQuiet) {
    unplaced.retry(this::look);
    if (isWalking()) {
      return;
    }
    if (unplaced.isFull() || (isQuiet && unplaced.anyIn(this::isAttached))) {
      doubt();
    }
    if (doubt.isDue(isQuiet, nanoClock.getAsLong())) {
      walkAgain();
      return;
    }
    if (!doubt.isThere()) {
      departures.acquit(wd -> table.byWd(wd) != DirectoryTable.NONE);
    }
    suspect(departures.takeExpired(nanoClock.getAsLong()));
    if (!doubt.isThere() && departures.isTime(nanoClock.getAsLong())) {
      departures.expel(roots.paths(), nanoClock, roots::problemOfAll);
    }
  }

  /** Events were dropped: what is there must be walked again, once a walk is over. */
  void missedEvents() {
    if (isWalking()) {
      doubt(); // beginning anew each time, a walk would never end
    } else {
      walkAgain();
    }
  }

  /** Walks everything again, under the marks and watches that are there. */
  void walkAgain() {
    opened.close();
    walk.clear();
    unplaced.clear();
    departures.suspectAll(table.wds());
    table = new DirectoryTable();
    doubt.end();
    overlapping = false;
    roots.forEach(
        root -> {
          root.forget();
          attach(root);
        });
  }

  /** Closes what was opened to look at events. */
  void rest() {
    opened.close();
  }

  @Override
  public void close() {
    walk.clear();
    opened.close();
    inotify.close();
  }

  private void attach(TreeRoot root) {
    byte[] path = root.path().bytes();
    try {
      Directory directory = root.open();
      int wd = marks.watch(directory);
      int known = table.byWd(wd);
      if (known == DirectoryTable.NONE) {
        marks.mark(directory, wd);
        root.found(table.add(DirectoryTable.NONE, path, wd));
        list(directory, wd, Manner.PLAIN);
        return;
      }
      directory.close();
      if (isWhereItWas(known)) {
        root.coveredByAnother(); // the same directory, by a bind mount
        overlapping = true;
      } else {
        departures.remove(wd);
        table.makeRoot(known, path);
        root.found(known);
        walk.add(new PendingWalk.Closed(wd, Manner.THOROUGH));
      }
    } catch (ErrnoException e) {
      root.problem(path, TreeRoots.text(e));
    }
  }

  private boolean isWhereItWas(int node) throws ErrnoException {
    return table.isAttached(node) && opened.open(table, node).isPresent();
  }

  /** Opens and lists a directory that waited for that. */
  private void open(PendingWalk.Closed closed) {
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
        doubt(); // it moved, and so did what is in it
      }
    } catch (ErrnoException e) {
      roots.problem(table, node, e);
    }
  }

  private void look(Directory above, int parent, byte[] name, Manner manner) throws ErrnoException {
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
      marks.mark(directory, wd);
      detachChild(parent, name); // another directory had this name
      table.add(parent, name, wd);
      if (manner == Manner.NEWS) {
        newFiles.addTree(directory);
      }
      list(directory, wd, manner == Manner.THOROUGH ? manner : Manner.PLAIN);
    } else if (table.child(parent, name) == known && manner == Manner.THOROUGH) {
      list(directory, wd, manner);
    } else {
      directory.close();
      move(known, parent, name);
    }
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
      doubt();
      return;
    }
    detachChild(parent, name);
    departures.remove(table.wd(node));
    table.move(node, parent, name);
    if (rules.hasExcludes()) {
      walk.add(new PendingWalk.Closed(table.wd(node), Manner.THOROUGH));
    }
  }

  private void detachChild(int parent, byte[] name) {
    int child = table.child(parent, name);
    if (child != DirectoryTable.NONE) {
      detach(child);
    }
  }

  private void detach(int node) {
    rootAt(node).ifPresent(TreeRoot::forget);
    table.detach(node);
    departures.detach(table.wd(node), nanoClock.getAsLong());
  }

  /** Detached directories did not turn up again: takes them and all below them for lost. */
  private void suspect(List<Integer> wds) {
    List<Integer> all = new ArrayList<>();
    for (int wd : wds) {
      if (table.byWd(wd) != DirectoryTable.NONE) {
        List<Integer> nodes = table.descendants(table.byWd(wd));
        nodes.forEach(node -> all.add(table.wd(node)));
        for (int i = nodes.size() - 1; i >= 0; i--) { // those below come behind
          table.remove(nodes.get(i));
        }
      }
    }
    departures.suspect(all.stream().mapToInt(wd -> wd).toArray());
    if (!all.isEmpty() && roots.areCovered()) {
      doubt(); // by one of these, perhaps
    }
  }

  /** Lists the directories in a directory that is watched and marked, to be walked. */
  private void list(Directory directory, int wd, Manner manner) throws ErrnoException {
    walk.add(new PendingWalk.Open(directory, wd, marks.list(directory), manner));
  }

  private void doubt() {
    doubt.begin(nanoClock.getAsLong());
  }

  private boolean isAttached(int wd) {
    int node = table.byWd(wd);
    return node != DirectoryTable.NONE && table.isAttached(node);
  }

  private Optional<TreeRoot> rootAt(int node) {
    return roots.at(table, node);
  }

  private boolean isExcludedFile(int parent, byte[] name) {
    byte[] path = table.pathOf(parent, name);
    return rules.scopeOfFile(path, path.length) != PathRules.Scope.INSIDE;
  }

  /** Asks about a directory. */
  private boolean isExcluded(int parent, byte[] name) {
    if (!rules.hasExcludes()) {
      return false;
    }
    byte[] path = table.pathOf(parent, name);
    return rules.scopeOfDirectory(path, path.length) != PathRules.Scope.INSIDE;
  }
}
