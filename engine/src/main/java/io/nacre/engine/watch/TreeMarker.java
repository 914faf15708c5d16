package io.nacre.engine.watch;

import io.nacre.engine.policy.PathRules;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import io.nacre.linux.inotify.Inotify;
import io.nacre.linux.inotify.InotifyMask;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts marks and watches on the directories of the include paths and takes them off again, and
 * keeps the table of them. Belongs to one actor.
 *
 * <p>A directory is marked, then watched, then listed: what is created in between is seen either by
 * the watch or by the list, and its files are never open to all once it is listed. What is found
 * twice is added once.
 */
final class TreeMarker implements AutoCloseable {
  private static final int WATCHED =
      InotifyMask.IN_CREATE
          | InotifyMask.IN_MOVED_FROM
          | InotifyMask.IN_MOVED_TO
          | InotifyMask.IN_DELETE_SELF
          | InotifyMask.IN_MOVE_SELF
          | InotifyMask.IN_ONLYDIR
          | InotifyMask.IN_EXCL_UNLINK;
  private static final int LIST_BUFFER = 32 * 1024;

  /** Each level of a walk holds a descriptor, and anybody can make directories. */
  private static final int DEEPEST = 200;

  /** A directory whose entries are still to be walked. */
  private record Open(Directory directory, int node, List<byte[]> left) {}

  private final Marks marks;
  private final PathRules rules;
  private final List<TreeRoot> roots;
  private final Inotify inotify;
  private final DirectoryTable table = new DirectoryTable();
  private final NativeBuffer listBuffer = new NativeBuffer(LIST_BUFFER);
  private final DirectoryEntries entries = new DirectoryEntries();
  private boolean doubtful;

  /** A marker without any directory yet; {@code roots} become its own. */
  TreeMarker(Marks marks, PathRules rules, List<TreeRoot> roots) throws ErrnoException {
    this.marks = marks;
    this.rules = rules;
    this.roots = List.copyOf(roots);
    this.inotify = Inotify.open();
  }

  /** Adds the tree of each root that is missing, if it is there. */
  void addMissing() {
    for (TreeRoot root : roots) {
      if (root.isMissing()) {
        try {
          add(root);
        } catch (ErrnoException e) {
          root.lost(e.getMessage());
        }
      }
    }
  }

  /** Returns true if the tree of some root is not protected. */
  boolean isAnyMissing() {
    return roots.stream().anyMatch(TreeRoot::isMissing);
  }

  /** Returns the root that {@code node} is, if it is one. */
  Stream<TreeRoot> rootAt(int node) {
    return roots.stream().filter(root -> root.node() == node);
  }

  /** Adds the directory {@code name} in {@code parent} and all below it, if it is still there. */
  void addBelow(int parent, byte[] name) {
    byte[] path = pathOf(parent, name);
    if (isExcluded(path)) {
      return;
    }
    try (Directory above = openNode(parent)) {
      openInto(above.openChild(name), parent, name).forEach(this::walk);
    } catch (ErrnoException e) {
      problem(parent, path, e);
    }
  }

  /**
   * Follows a directory that was moved to {@code name} in {@code parent}, with all below it. What
   * cannot be is passed over: an event that is still to come says what really happened.
   */
  void move(int node, int parent, byte[] name) {
    int replaced = table.child(parent, name);
    if (replaced == node) {
      return;
    }
    boolean holdsNode = replaced != DirectoryTable.NONE && table.isBelow(node, replaced);
    if (table.isBelow(parent, node) || holdsNode) {
      doubtful = true;
      return;
    }
    if (replaced != DirectoryTable.NONE) {
      removeBelow(replaced); // renamed over
    }
    if (isExcluded(pathOf(parent, name))) {
      removeBelow(node);
      return;
    }
    TreeRoot from = rootOf(node);
    TreeRoot to = rootOf(parent);
    if (from != to) {
      int moved = table.descendants(node).size();
      from.count(-moved);
      to.count(moved);
    }
    table.move(node, parent, name);
  }

  /** Takes the marks and watches of {@code node} and all below it off, and forgets them. */
  void removeBelow(int node) {
    List<Integer> removed = table.descendants(node);
    TreeRoot root = rootOf(node);
    new LostDirectories(marks, inotify, table, roots)
        .unmark(removed, what -> root.problem(table.path(node), what));
    forget(removed, root);
  }

  /** Forgets a directory and all below it, and ends their watches if they did not end already. */
  void forget(int node) {
    forget(table.descendants(node), rootOf(node));
  }

  private void forget(List<Integer> forgotten, TreeRoot root) {
    for (int i = forgotten.size() - 1; i >= 0; i--) { // those below come behind
      unwatch(table.wd(forgotten.get(i)));
      table.remove(forgotten.get(i));
      root.count(-1);
    }
  }

  /**
   * Returns true if events and directories did not fit together, because directories moved while
   * they were found: the trees should be walked again when they are quiet.
   */
  boolean isDoubtful() {
    return doubtful;
  }

  DirectoryTable table() {
    return table;
  }

  Inotify inotify() {
    return inotify;
  }

  @Override
  public void close() {
    inotify.close();
  }

  private void add(TreeRoot root) throws ErrnoException {
    Directory directory = Directory.open(root.bytes());
    try {
      int node = protect(directory, DirectoryTable.NONE, root.bytes());
      if (node != DirectoryTable.NONE) {
        root.found(node);
        root.count(1);
        walk(new Open(directory, node, list(directory, node)));
        return;
      }
      root.lost("is below another protected path already");
    } catch (ErrnoException e) {
      directory.close();
      throw e;
    }
    directory.close();
  }

  private void walk(Open start) {
    Deque<Open> path = new ArrayDeque<>();
    path.push(start);
    while (!path.isEmpty()) {
      Open here = path.peek();
      if (here.left().isEmpty()) {
        path.pop().directory().close();
        continue;
      }
      byte[] name = here.left().remove(here.left().size() - 1);
      if (rules.hasExcludes() && isExcluded(pathOf(here.node(), name))) {
        continue;
      }
      if (path.size() == DEEPEST) {
        problem(here.node(), pathOf(here.node(), name), "deeper than " + DEEPEST + " directories");
        continue;
      }
      try {
        openInto(here.directory().openChild(name), here.node(), name).forEach(path::push);
      } catch (ErrnoException e) {
        problem(here.node(), pathOf(here.node(), name), e);
      }
    }
  }

  /** Protects an open directory and lists it; closes it if there is nothing to walk. */
  private Stream<Open> openInto(Directory directory, int parent, byte[] name) {
    try {
      int node = protect(directory, parent, name);
      if (node != DirectoryTable.NONE) {
        rootOf(node).count(1);
        List<byte[]> children = list(directory, node);
        if (!children.isEmpty()) {
          return Stream.of(new Open(directory, node, children));
        }
      }
    } catch (ErrnoException e) {
      problem(parent, pathOf(parent, name), e);
    }
    directory.close();
    return Stream.empty();
  }

  /** Marks and watches a directory; returns its node, or NONE if it is in the table already. */
  private int protect(Directory directory, int parent, byte[] name) throws ErrnoException {
    marks.addDirectory(directory.fd());
    int wd = inotify.watch(directory.fd(), WATCHED);
    int known = table.byWd(wd);
    if (known != DirectoryTable.NONE) {
      // Found by a list before its event came; or moved here, and that event is still to come.
      boolean isElsewhere = parent != DirectoryTable.NONE && table.child(parent, name) != known;
      if (isElsewhere && rootAt(known).findAny().isEmpty()) {
        doubtful = true;
        move(known, parent, name);
      }
      return DirectoryTable.NONE;
    }
    int gone = parent == DirectoryTable.NONE ? DirectoryTable.NONE : table.child(parent, name);
    if (gone != DirectoryTable.NONE) {
      removeBelow(gone); // another directory had this name, and its events are still to come
    }
    return table.add(parent, name, wd);
  }

  /**
   * Opens the very directory that {@code node} is: by its path, or, if that leads to another one by
   * now, by the handle of its watch.
   */
  private Directory openNode(int node) throws ErrnoException {
    try {
      Directory opened = Directory.open(table.path(node));
      if (isWatched(opened, node)) {
        return opened;
      }
      opened.close();
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR && e.errno() != Errno.ELOOP) {
        throw e;
      }
    }
    doubtful = true;
    return new LostDirectories(marks, inotify, table, roots).open(node);
  }

  /** The kernel gives a directory that is watched its wd again. */
  private boolean isWatched(Directory directory, int node) throws ErrnoException {
    int wd = inotify.watch(directory.fd(), WATCHED);
    if (wd == table.wd(node)) {
      return true;
    }
    if (table.byWd(wd) == DirectoryTable.NONE) {
      unwatch(wd);
    }
    return false;
  }

  private List<byte[]> list(Directory directory, int node) {
    List<byte[]> names = new ArrayList<>();
    try {
      for (int length = directory.list(listBuffer); length > 0; ) {
        entries.over(listBuffer.bytes(), length);
        while (entries.next()) {
          if (entries.mayBeDirectory() && !entries.isDot()) {
            names.add(entries.name());
          }
        }
        length = directory.list(listBuffer);
      }
    } catch (ErrnoException e) {
      problem(node, table.path(node), e);
    }
    return names;
  }

  private void unwatch(int wd) {
    try {
      inotify.unwatch(wd);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL) { // it ended with its directory
        throw new IllegalStateException(e);
      }
    }
  }

  private TreeRoot rootOf(int node) {
    int top = table.top(node);
    return rootAt(top).findAny().orElseThrow();
  }

  private boolean isExcluded(byte[] path) {
    return rules.place(path, path.length) == PathRules.Place.EXCLUDED;
  }

  private byte[] pathOf(int parent, byte[] name) {
    byte[] above = table.path(parent);
    int slash = above.length == 1 ? 0 : 1;
    byte[] path = new byte[above.length + slash + name.length];
    System.arraycopy(above, 0, path, 0, above.length);
    path[above.length - 1 + slash] = '/';
    System.arraycopy(name, 0, path, above.length + slash, name.length);
    return path;
  }

  private void problem(int node, byte[] path, ErrnoException e) {
    switch (e.errno()) {
      case Errno.ENOENT,
          Errno.ESTALE,
          Errno.ENOTDIR,
          Errno.ELOOP -> {} // gone, or no directory: nothing is lost
      case Errno.ENOSPC ->
          problem(
              node,
              path,
              "no inotify watch left; raise it: sysctl fs.inotify.max_user_watches=1048576");
      default -> problem(node, path, e.getMessage());
    }
  }

  private void problem(int node, byte[] path, String what) {
    rootOf(node).problem(path, what);
  }
}
