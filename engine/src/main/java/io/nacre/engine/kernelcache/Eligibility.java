package io.nacre.engine.kernelcache;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.AccessList;
import io.nacre.linux.file.MountedType;
import io.nacre.linux.file.Statx;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The rules for the files that may have an ignore mark without a lease. Only root can open such a
 * file for writing, and its file system has reliable owners and modes. Belongs to one thread; opens
 * no file, and queries no file system that could block.
 *
 * <p>A file is not eligible merely because it is immutable, or because its file system is mounted
 * read-only: no event reports the end of these states. A file sealed by fs-verity is eligible,
 * since the seal never ends.
 */
final class Eligibility {
  private final LongFunction<Optional<Refusal>> ofDevice;
  private final MountedType mounted = new MountedType();
  private final AccessList list = new AccessList();

  /**
   * The rules for the files of this machine.
   *
   * @param ofDevice the reason why no file of a device gets a mark, such as a mount with other
   *     owners
   */
  Eligibility(LongFunction<Optional<Refusal>> ofDevice) {
    this.ofDevice = ofDevice;
  }

  /** Returns the reason why the file {@code fd}, whose status {@code statx} has, gets no mark. */
  Optional<Refusal> refusal(int fd, Statx statx) {
    Optional<Refusal> filesystem = refusalOfFilesystem(statx);
    if (filesystem.isPresent() || statx.isSealed()) {
      return filesystem;
    }
    long device = mounted.device();
    if (!statx.isWritableByRootOnly()) {
      return Optional.of(Refusal.OTHERS_MAY_WRITE);
    }
    try {
      return list.grantsWriteToOthers(fd)
          ? Optional.of(Refusal.OTHERS_MAY_WRITE)
          : ofDevice.apply(device);
    } catch (ErrnoException e) {
      return Optional.of(Refusal.UNREADABLE_ACCESS_LIST);
    }
  }

  /**
   * Returns the reason why the type or the file system of a file excludes a mark, even with a
   * lease.
   */
  Optional<Refusal> refusalOfFilesystem(Statx statx) {
    if (!statx.isRegular()) {
      return Optional.of(Refusal.NOT_REGULAR);
    }
    return isLocal(statx.uniqueMountId())
        ? Optional.empty()
        : Optional.of(Refusal.UNSUPPORTED_FILESYSTEM);
  }

  /**
   * Returns whether the times of files on a mount show every change by a process that opens them.
   */
  boolean hasTimes(long mountId) {
    try {
      return mounted.of(mountId) != MountedType.TMPFS;
    } catch (ErrnoException e) {
      return false;
    }
  }

  private boolean isLocal(long mountId) {
    try {
      return mountId >= 0 && MountedType.isLocal(mounted.of(mountId));
    } catch (ErrnoException e) {
      return false; // an older kernel, or a mount of another mount namespace
    }
  }
}
