package io.nacre.engine.watch;

import io.nacre.engine.policy.PathRules;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import io.nacre.linux.inotify.Inotify;
import io.nacre.linux.inotify.InotifyMask;
import io.nacre.linux.inotify.WatchInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts marks and watches on the directories of one tree and takes them off again, and keeps the
 * table of them. Belongs to one actor.
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
  private static final int PROBLEMS_SHOWN = 20;

  /** A directory whose entries are still to be walked. */
  private record Open(Directory directory, int node, List<byte[]> left) {}

  private final Marks marks;
  private final PathRules rules;
  private final byte[] root;
  private final Inotify inotify;
  private final DirectoryTable table = new DirectoryTable();
  private final NativeBuffer listBuffer = new NativeBuffer(LIST_BUFFER);
  private final DirectoryEntries entries = new DirectoryEntries();
  private final List<String> problems = new ArrayList<>();
  private int problemCount;

  TreeMarker(Marks marks, PathRules rules, byte[] root) throws ErrnoException {
    this.marks = marks;
    this.rules = rules;
    this.root = root.clone();
    this.inotify = Inotify.open();
  }

  /**
   * Adds the whole tree.
   *
   * @throws ErrnoException if the root itself cannot be protected
   */
  void addAll() throws ErrnoException {
    Directory directory = Directory.open(root);
    int node;
    try {
      node = protect(directory, DirectoryTable.NONE, root);
    } catch (ErrnoException e) {
      directory.close();
      throw e;
    }
    if (node == DirectoryTable.NONE) {
      directory.close();
      return;
    }
    walk(new Open(directory, node, list(directory, node)));
  }

  /** Adds the directory {@code name} in {@code parent} and all below it, if it is still there. */
  void addBelow(int parent, byte[] name) {
    byte[] path = pathOf(parent, name);
    if (isExcluded(path)) {
      return;
    }
    try (Directory above = Directory.open(table.path(parent))) {
      Directory directory = above.openChild(name);
      openInto(directory, parent, name).forEach(this::walk);
    } catch (ErrnoException e) {
      problem(path, e);
    }
  }

  /** Follows a directory that was moved to {@code name} in {@code parent}, with all below it. */
  void move(int node, int parent, byte[] name) {
    int replaced = table.child(parent, name);
    if (replaced == node) {
      return;
    }
    if (replaced != DirectoryTable.NONE) {
      removeBelow(replaced); // renamed over
    }
    if (isExcluded(pathOf(parent, name))) {
      removeBelow(node);
    } else {
      table.move(node, parent, name);
    }
  }

  /** Takes the marks and watches of {@code node} and all below it off, and forgets them. */
  void removeBelow(int node) {
    unmark(node);
    forget(node);
  }

  DirectoryTable table() {
    return table;
  }

  Inotify inotify() {
    return inotify;
  }

  List<String> problems() {
    return problems;
  }

  int problemCount() {
    return problemCount;
  }

  @Override
  public void close() {
    inotify.close();
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
      try {
        openInto(here.directory().openChild(name), here.node(), name).forEach(path::push);
      } catch (ErrnoException e) {
        problem(pathOf(here.node(), name), e);
      }
    }
  }

  /** Protects an open directory and lists it; closes it if there is nothing to walk. */
  private Stream<Open> openInto(Directory directory, int parent, byte[] name) {
    try {
      int node = protect(directory, parent, name);
      List<byte[]> children = node == DirectoryTable.NONE ? List.of() : list(directory, node);
      if (!children.isEmpty()) {
        return Stream.of(new Open(directory, node, children));
      }
    } catch (ErrnoException e) {
      problem(pathOf(parent, name), e);
    }
    directory.close();
    return Stream.empty();
  }

  /** Marks and watches a directory; returns its node, or NONE if this tree has it already. */
  private int protect(Directory directory, int parent, byte[] name) throws ErrnoException {
    marks.addDirectory(directory.fd());
    int wd = inotify.watch(directory.fd(), WATCHED);
    if (table.byWd(wd) != DirectoryTable.NONE) {
      return DirectoryTable.NONE; // found by a list before its event came, or mounted here too
    }
    int gone = parent == DirectoryTable.NONE ? DirectoryTable.NONE : table.child(parent, name);
    if (gone != DirectoryTable.NONE) {
      removeBelow(gone); // another directory had this name, and its events are still to come
    }
    return table.add(parent, name, wd);
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
      problem(table.path(node), e);
    }
    return names;
  }

  /** The directories may be anywhere by now, so they are found by the handles of their watches. */
  private void unmark(int node) {
    Set<Integer> wds = new HashSet<>();
    collectWds(node, wds);
    try (Directory mount = openRootOrAbove()) {
      List<WatchInfo> all = WatchInfo.of(inotify);
      int rootWd = table.wd(DirectoryTable.ROOT);
      long device =
          all.stream().filter(w -> w.wd() == rootWd).mapToLong(WatchInfo::device).findAny().orElse(0);
      for (WatchInfo watch : all) {
        if (wds.contains(watch.wd())) {
          unmark(mount, watch, device, node);
        }
      }
    } catch (IOException e) {
      problem(table.path(node), "its marks stay after it was moved away: " + e.getMessage());
    }
  }

  private void unmark(Directory mount, WatchInfo watch, long device, int node) {
    if (watch.device() != device) {
      // On another file system the handle would name another directory.
      problem(table.path(node), "marks below it stay: they are on another file system");
      return;
    }
    try (Directory directory = mount.openByHandle(watch.handleType(), watch.handle())) {
      marks.removeDirectory(directory.fd());
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESTALE && e.errno() != Errno.ENOENT) {
        problem(table.path(node), "its mark stays after it was moved away: " + e.getMessage());
      }
    }
  }

  private Directory openRootOrAbove() throws ErrnoException {
    try {
      return Directory.open(root);
    } catch (ErrnoException e) {
      int slash = root.length - 1;
      while (slash > 0 && root[slash] != '/') {
        slash--;
      }
      return Directory.open(slash == 0 ? new byte[] {'/'} : Arrays.copyOf(root, slash));
    }
  }

  private void collectWds(int node, Set<Integer> wds) {
    Deque<Integer> left = new ArrayDeque<>(List.of(node));
    while (!left.isEmpty()) {
      int next = left.pop();
      wds.add(table.wd(next));
      for (int c = table.anyChild(next); c != DirectoryTable.NONE; c = table.nextSibling(c)) {
        left.push(c);
      }
    }
  }

  /** Forgets a directory and all below it, and ends their watches if they did not end already. */
  void forget(int node) {
    int at = node;
    while (true) {
      int child = table.anyChild(at);
      if (child != DirectoryTable.NONE) {
        at = child;
        continue;
      }
      int parent = table.parent(at);
      unwatch(table.wd(at));
      table.remove(at);
      if (at == node) {
        return;
      }
      at = parent;
    }
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

  private void problem(byte[] path, ErrnoException e) {
    switch (e.errno()) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> {} // gone, or no directory: nothing to protect
      case Errno.ENOSPC ->
          problem(
              path, "no inotify watch left; raise it: sysctl fs.inotify.max_user_watches=1048576");
      default -> problem(path, e.getMessage());
    }
  }

  private void problem(byte[] path, String what) {
    problemCount++;
    if (problems.size() < PROBLEMS_SHOWN) {
      problems.add(new String(path, StandardCharsets.UTF_8) + ": " + what);
    }
  }
}
