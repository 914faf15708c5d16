package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.mark.MarkOwner;
import io.nacre.engine.watch.place.Mount;
import io.nacre.engine.watch.place.MountTable;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import io.nacre.linux.inotify.WatchInfo;
import java.io.IOException;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives up the marks of directories that may be anywhere by now.
 *
 * <p>No path leads to them any more, but their watches still hold: the kernel prints a file handle
 * for each watch, and the handle is opened on the file system of the directory.
 */
final class LostDirectories {
  private final MarkOwner owner;
  private final Statx statx = new Statx();

  LostDirectories(MarkOwner owner) {
    this.owner = owner;
  }

  /**
   * Gives up the marks of the directories in {@code gone}, as far as they still exist.
   *
   * @param near where a directory of their file systems may be found
   * @param released gets the index of each directory that was released
   */
  void unmark(SuspectedDepartures gone, Collection<PathBytes> near, BitSet released)
      throws IOException {
    Map<Long, List<WatchInfo>> watches =
        WatchInfo.of(owner.inotify()).stream()
            .filter(watch -> gone.contains(watch.wd()))
            .collect(Collectors.groupingBy(WatchInfo::device));
    if (watches.isEmpty()) {
      return; // they were deleted, and their marks with them
    }
    MountTable mounts = MountTable.read();
    boolean isReached = true;
    for (Map.Entry<Long, List<WatchInfo>> each : watches.entrySet()) {
      Optional<Directory> mount = openAny(each.getKey(), near, mounts);
      isReached &= mount.isPresent();
      if (mount.isPresent()) {
        try (Directory directory = mount.get()) {
          for (WatchInfo watch : each.getValue()) {
            unmark(directory, watch, gone.key(gone.indexOf(watch.wd())));
            released.set(gone.indexOf(watch.wd()));
          }
        }
      }
    }
    if (!isReached) {
      throw new IOException("no mount of their file system can be reached");
    }
  }

  private void unmark(Directory mount, WatchInfo watch, long key) throws ErrnoException {
    try (Directory directory = mount.openByHandle(watch.handleType(), watch.handle())) {
      unmark(directory, key);
    } catch (ErrnoException e) {
      if (!isGone(e)) {
        throw e;
      }
      owner.forget(key); // it was deleted meanwhile
    }
  }

  private void unmark(Directory directory, long key) throws ErrnoException {
    try {
      owner.unmark(key, directory.fd());
    } catch (ErrnoException e) {
      if (!isGone(e)) {
        throw e;
      }
      // The mark was gone already.
    }
  }

  private static boolean isGone(ErrnoException e) {
    return e.errno() == Errno.ESTALE || e.errno() == Errno.ENOENT;
  }

  private Optional<Directory> openAny(long device, Collection<PathBytes> near, MountTable mounts) {
    Stream<PathBytes> points = mounts.ofKernelDevice(device).stream().map(Mount::point);
    return Stream.concat(near.stream(), points)
        .flatMap(path -> open(path, device, mounts).stream())
        .findFirst();
  }

  /** A handle of one file system could name any directory of another. */
  private Optional<Directory> open(PathBytes path, long device, MountTable mounts) {
    try {
      long id = statx.probeMountinfoId(NativeBuffer.cString(path.bytes())).mountId();
      return mounts.byId(id).filter(mount -> mount.kernelDevice() == device).isPresent()
          ? Optional.of(Directory.openWithoutLinks(path.bytes()))
          : Optional.empty();
    } catch (ErrnoException e) {
      return Optional.empty(); // moved or covered; another one may do
    }
  }
}
