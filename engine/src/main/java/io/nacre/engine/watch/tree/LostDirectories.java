package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.place.Mount;
import io.nacre.engine.watch.place.MountTable;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import io.nacre.linux.inotify.Inotify;
import io.nacre.linux.inotify.WatchInfo;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes the marks off directories that may be anywhere by now.
 *
 * <p>No path leads to them any more, but their watches still hold: the kernel prints a file handle
 * for each watch, and the handle is opened on the file system they are on.
 */
final class LostDirectories {
  private final Marks marks;
  private final Inotify inotify;
  private final String device;
  private final Statx statx = new Statx();

  /** For directories of the file system {@code device}, as {@code mountinfo} names it. */
  LostDirectories(Marks marks, Inotify inotify, String device) {
    this.marks = marks;
    this.inotify = inotify;
    this.device = device;
  }

  /**
   * Takes the marks of the directories with {@code wds} off, as far as they still exist.
   *
   * @param wds their watches, in order
   * @param near where a directory of the file system may be found
   * @throws IOException if some marks may be left
   */
  void unmark(int[] wds, Collection<PathBytes> near) throws IOException {
    if (wds.length == 0) {
      return;
    }
    List<WatchInfo> watches =
        WatchInfo.of(inotify).stream()
            .filter(watch -> Arrays.binarySearch(wds, watch.wd()) >= 0)
            .toList();
    if (watches.isEmpty()) {
      return; // they were deleted, and their marks with them
    }
    Optional<Directory> mount = openAny(near);
    if (mount.isEmpty()) {
      throw new IOException("no mount of their file system can be reached");
    }
    try (Directory directory = mount.get()) {
      for (WatchInfo watch : watches) {
        unmark(directory, watch);
      }
    }
  }

  private void unmark(Directory mount, WatchInfo watch) throws ErrnoException {
    try (Directory directory = mount.openByHandle(watch.handleType(), watch.handle())) {
      marks.removeDirectory(directory.fd());
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ESTALE && e.errno() != Errno.ENOENT) { // deleted meanwhile
        throw e;
      }
    }
  }

  private Optional<Directory> openAny(Collection<PathBytes> near) throws IOException {
    MountTable mounts = MountTable.read();
    Stream<PathBytes> points = mounts.ofDevice(device).stream().map(Mount::point);
    return Stream.concat(near.stream(), points)
        .flatMap(path -> open(path, mounts).stream())
        .findFirst();
  }

  /** A handle of one file system could name any directory of another. */
  private Optional<Directory> open(PathBytes path, MountTable mounts) {
    try {
      long id = statx.probeMountinfoId(NativeBuffer.cString(path.bytes())).mountId();
      return mounts.byId(id).filter(mount -> mount.device().equals(device)).isPresent()
          ? Optional.of(Directory.openWithoutLinks(path.bytes()))
          : Optional.empty();
    } catch (ErrnoException e) {
      return Optional.empty(); // moved or covered; another one may do
    }
  }
}
