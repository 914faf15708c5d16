package io.nacre.engine.kernelcache;

import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.FileHandle;
import io.nacre.linux.file.Statx;

/**
 * The removal of the ignore mark of one file, found by its handle: the file is invalidated first.
 * Belongs to one thread.
 */
final class MarkRemover {
  private final KernelCache.Setup setup;
  private final KernelCacheCounts counts;
  private final Statx statx = new Statx();

  MarkRemover(KernelCache.Setup setup, KernelCacheCounts counts) {
    this.setup = setup;
    this.counts = counts;
  }

  /**
   * Removes the mark of a file whose guard stays, and its mark in the guard.
   *
   * @return false if it is not known whether there is such a file
   */
  boolean remove(Directory mount, FileHandle file, ChangeGuard guard, Removal reason)
      throws ErrnoException {
    try (Fd path = mount.findByHandle(file.type(), file.bytes())) {
      invalidate(path);
      clearMark(path, reason);
      guard.remove(path, /* isPath= */ true);
      return true;
    } catch (ErrnoException e) {
      return isDeleted(e);
    }
  }

  /**
   * Removes the mark of a file whose guard is closed afterwards, and its mark in the guard with it.
   *
   * @return false if it is not known whether there is such a file
   */
  boolean removeOfRetired(Directory mount, FileHandle file, ChangeGuard guard, Removal reason)
      throws ErrnoException {
    try (Fd path = mount.findByHandle(file.type(), file.bytes())) {
      if (!guard.hasTimes()) {
        invalidate(path); // root may have it mapped, and no event reports the end of that
      }
      clearMark(path, reason);
      return true;
    } catch (ErrnoException e) {
      return isDeleted(e);
    }
  }

  /** Before the mark is cleared, and an open can look the file up. */
  private void invalidate(Fd path) throws ErrnoException {
    setup.clean().invalidate(FileVersion.of(statx.read(path.number())));
  }

  private void clearMark(Fd path, Removal reason) throws ErrnoException {
    if (setup.group().clearIgnoreMarkAtPath(setup.opens(), path)) {
      counts.addRemoved(reason, 1);
    }
  }

  /** Returns whether the file was deleted, and its marks with it. */
  private static boolean isDeleted(ErrnoException e) throws ErrnoException {
    throwIfFatal(e);
    return e.errno() == Errno.ESTALE;
  }

  /** A mark that cannot be removed would hide writes. */
  static void throwIfFatal(ErrnoException e) throws ErrnoException {
    if (e.call().equals("fanotify_mark")) {
      throw e;
    }
  }
}
