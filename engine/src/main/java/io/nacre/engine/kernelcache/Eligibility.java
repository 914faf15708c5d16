package io.nacre.engine.kernelcache;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.AccessList;
import io.nacre.linux.file.MountedType;
import io.nacre.linux.file.Statx;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Which files may carry an ignore mark without a lease: those that nobody but root can open for
 * writing, on a file system whose owners and modes mean what they say. Belongs to one thread; opens
 * nothing, and asks no file system that could wait.
 *
 * <p>An immutable file is not one of them, nor is what lies on a file system that is mounted
 * read-only: nobody is told when that ends. A file sealed by fs-verity is: that never ends.
 */
final class Eligibility {
  private final LongFunction<Optional<Refusal>> ofDevice;
  private final MountedType mounted = new MountedType();
  private final AccessList list = new AccessList();

  /**
   * Rules for the files of this machine.
   *
   * @param ofDevice why no file of a device gets a mark, as being mounted with other owners
   */
  Eligibility(LongFunction<Optional<Refusal>> ofDevice) {
    this.ofDevice = ofDevice;
  }

  /** Returns why the file {@code fd} is open on, which {@code statx} has read, gets no mark. */
  Optional<Refusal> refusal(int fd, Statx statx) {
    Optional<Refusal> place = refusalOfPlace(statx);
    if (place.isPresent() || statx.isSealed()) {
      return place;
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
      return Optional.of(Refusal.UNKNOWN_ACCESS);
    }
  }

  /** Returns why no file there gets a mark, with or without a lease. */
  Optional<Refusal> refusalOfPlace(Statx statx) {
    if (!statx.isRegular()) {
      return Optional.of(Refusal.NOT_REGULAR);
    }
    return isTrusted(statx.uniqueMountId()) ? Optional.empty() : Optional.of(Refusal.FILE_SYSTEM);
  }

  /** Returns whether the times of files there tell of every change by who opens them later. */
  boolean hasTimes(long mountId) {
    try {
      return mounted.of(mountId) != MountedType.TMPFS;
    } catch (ErrnoException e) {
      return false;
    }
  }

  private boolean isTrusted(long mountId) {
    try {
      return mountId >= 0 && MountedType.isLocal(mounted.of(mountId));
    } catch (ErrnoException e) {
      return false; // an older kernel, or a mount of another mount namespace
    }
  }
}
