package io.nacre.engine.watch.coverage;

import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;

/** A possible gap in the coverage, which repeated looks confirm or refute. */
sealed interface CoverageGap {
  /** Returns the place it belongs to. */
  Place place();

  /** Looks again; {@code marks} were read since the last look. */
  boolean persists(MarksInKernel marks);

  /** Returns the gap as text for the administrator. */
  String text();

  /**
   * A directory without a mark.
   *
   * @param path where it was
   * @param inode its inode number, which a new directory may get once this one is removed
   * @param bornSeconds with {@code bornNanos} its birth time, which distinguishes it from a new one
   */
  record Unmarked(Place place, PathBytes path, long inode, long bornSeconds, int bornNanos)
      implements CoverageGap {

    /** The directory at {@code path} that was just read. */
    static Unmarked of(Place place, PathBytes path, Statx read) {
      return new Unmarked(place, path, read.inode(), read.bornSeconds(), read.bornNanos());
    }

    @Override
    public boolean persists(MarksInKernel marks) {
      return !marks.directories().contains(place.mount().kernelDevice(), inode) && isStillThere();
    }

    private boolean isStillThere() {
      try (Directory directory = DiskWalk.open(place, path)) {
        return equals(of(place, path, new Statx().read(directory.fd().number())));
      } catch (ErrnoException e) {
        return !DiskWalk.isGone(e);
      }
    }

    @Override
    public String text() {
      return path + ": no mark";
    }
  }

  /** A directory that cannot be read: the directories below it are unknown. */
  record Unreadable(Place place, PathBytes path, String reason) implements CoverageGap {
    private static final int LIST_BUFFER = 4096;

    @Override
    public boolean persists(MarksInKernel marks) {
      try (Directory directory = DiskWalk.open(place, path)) {
        return directory.list(new NativeBuffer(LIST_BUFFER)) < 0;
      } catch (ErrnoException e) {
        return !DiskWalk.isGone(e);
      }
    }

    @Override
    public String text() {
      return path + ": " + reason;
    }
  }

  /** A place without the mark on its file system. */
  record WithoutFilesystemMark(Place place) implements CoverageGap {
    @Override
    public boolean persists(MarksInKernel marks) {
      return !marks.filesystems().contains(place.mount().kernelDevice());
    }

    @Override
    public String text() {
      return place.path() + ": its file system has no mark";
    }
  }

  /** A place without the mark on its mount. */
  record WithoutMountMark(Place place) implements CoverageGap {
    @Override
    public boolean persists(MarksInKernel marks) {
      return !marks.mounts().contains(place.mount().id());
    }

    @Override
    public String text() {
      return place.path() + ": its mount has no mark";
    }
  }
}
