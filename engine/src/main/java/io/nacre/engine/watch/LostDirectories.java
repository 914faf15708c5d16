package io.nacre.engine.watch;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import io.nacre.linux.inotify.Inotify;
import io.nacre.linux.inotify.WatchInfo;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reaches directories that may be anywhere by now, to open them or to take their marks off.
 *
 * <p>No path leads to them any more, but their watches still hold: the kernel prints a file handle
 * for each watch, and the handle is opened on the file system of a root. Handles mean nothing on
 * another file system, where they could even name another directory, so marks there stay, and that
 * is said.
 */
final class LostDirectories {
  private final Marks marks;
  private final Inotify inotify;
  private final DirectoryTable table;
  private final List<TreeRoot> roots;

  LostDirectories(Marks marks, Inotify inotify, DirectoryTable table, List<TreeRoot> roots) {
    this.marks = marks;
    this.inotify = inotify;
    this.table = table;
    this.roots = roots;
  }

  /** Takes the marks off {@code nodes}, whose watches are still there. */
  void unmark(Collection<Integer> nodes, Consumer<String> problem) {
    Map<Long, Directory> mounts = new HashMap<>();
    try {
      Map<Integer, WatchInfo> watches = watches();
      openMounts(watches, mounts);
      for (int node : nodes) {
        WatchInfo watch = watches.get(table.wd(node));
        if (watch != null) { // else it was deleted, and its mark with it
          remove(watch, mounts.get(watch.device()), problem);
        }
      }
    } catch (ErrnoException e) {
      problem.accept("its marks stay after it was moved away: " + e.getMessage());
    } finally {
      mounts.values().forEach(Directory::close);
    }
  }

  /**
   * Opens the directory {@code node} wherever it is.
   *
   * @throws ErrnoException {@code ENOENT} if it is no more
   */
  Directory open(int node) throws ErrnoException {
    Map<Long, Directory> mounts = new HashMap<>();
    try {
      Map<Integer, WatchInfo> watches = watches();
      openMounts(watches, mounts);
      WatchInfo watch = watches.get(table.wd(node));
      Directory mount = watch == null ? null : mounts.get(watch.device());
      if (watch == null || mount == null) {
        throw new ErrnoException("open_by_handle_at", Errno.ENOENT);
      }
      return mount.openByHandle(watch.handleType(), watch.handle());
    } finally {
      mounts.values().forEach(Directory::close);
    }
  }

  private Map<Integer, WatchInfo> watches() throws ErrnoException {
    try {
      return WatchInfo.of(inotify).stream()
          .collect(Collectors.toMap(WatchInfo::wd, watch -> watch, (first, second) -> first));
    } catch (IOException e) {
      throw new ErrnoException("reading fdinfo", Errno.ENODEV);
    }
  }

  private void remove(WatchInfo watch, @Nullable Directory mount, Consumer<String> problem) {
    if (mount == null) {
      problem.accept("a mark below it stays after it was moved: it is on another file system");
      return;
    }
    try (Directory directory = mount.openByHandle(watch.handleType(), watch.handle())) {
      marks.removeDirectory(directory.fd());
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESTALE && e.errno() != Errno.ENOENT) {
        problem.accept("its mark stays after it was moved away: " + e.getMessage());
      }
    }
  }

  /** One directory on each file system that a root is on; or above it, if the root was moved. */
  private void openMounts(Map<Integer, WatchInfo> watches, Map<Long, Directory> mounts)
      throws ErrnoException {
    for (TreeRoot root : roots) {
      WatchInfo watch = root.isMissing() ? null : watches.get(table.wd(root.node()));
      if (watch != null && !mounts.containsKey(watch.device())) {
        mounts.put(watch.device(), openRootOrAbove(root.bytes()));
      }
    }
  }

  private static Directory openRootOrAbove(byte[] root) throws ErrnoException {
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
}
