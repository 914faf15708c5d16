package io.nacre.engine.verdict;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.WriterProbe;
import io.nacre.linux.file.MountTypes;
import io.nacre.linux.file.MountedType;
import io.nacre.linux.file.Statx;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * An inspector of open files that uses system calls. Only files of local file systems are tracked.
 * A FUSE daemon gives out any inode number. A write to a remote file shows neither a writer nor a
 * time. An overlay has no record of the processes that map its files.
 */
public final class KernelFileInspector implements FileInspector {
  /**
   * How long ago a file must have changed last, in milliseconds, for the next change to have
   * another time. Before Linux 6.13 all changes within a tick of at most 10 ms have the same time;
   * from then on a change has another time than any that was read.
   */
  private static final long SETTLED_MILLIS = 50;

  /** The same time on a file system that stores times in whole seconds, in milliseconds. */
  private static final long SETTLED_IN_WHOLE_SECONDS_MILLIS = 2_000;

  private final Optional<WriterProbe> writers;
  private final MountTypes types;
  private final WholeFilesystems whole;
  private final boolean hasFineTimes;
  private final LongSupplier millisClock;
  private final ThreadLocal<Statx> statx = ThreadLocal.withInitial(Statx::new);

  /**
   * An inspector of the files of this machine.
   *
   * @param writers finds writers; without it, every file may have a writer
   * @param types the file systems of the mounts
   * @param whole the file systems on which every open is a permission event
   * @param hasFineTimes whether the kernel is Linux 6.13 or later
   * @param millisClock the clock of the files' times
   */
  public KernelFileInspector(
      Optional<WriterProbe> writers,
      MountTypes types,
      WholeFilesystems whole,
      boolean hasFineTimes,
      LongSupplier millisClock) {
    this.writers = writers;
    this.types = types;
    this.whole = whole;
    this.hasFineTimes = hasFineTimes;
    this.millisClock = millisClock;
  }

  /**
   * On a tmpfs a store through a mapping may change no time at all. On xfs a process that has two
   * files open to write can exchange their contents without a change of time (XFS_IOC_SWAPEXT). On
   * btrfs the device number may belong to another subvolume by now.
   */
  @Override
  public Tracking tracking(FileVersion version, long mountId) {
    long type = types.of(mountId);
    if (type == MountedType.EXT4) {
      return Tracking.TIMES;
    }
    if (type == MountedType.BTRFS) {
      return version.subvolume() == 0 ? Tracking.NUMBER : Tracking.TIMES;
    }
    if (type == MountedType.TMPFS || type == MountedType.XFS) {
      return whole.contains(version.device()) ? Tracking.OPENS : Tracking.NUMBER;
    }
    return Tracking.NONE;
  }

  @Override
  public boolean isWholeFilesystem(long device) {
    return whole.contains(device);
  }

  @Override
  public boolean hasWriter(int fd) {
    try {
      return writers.isEmpty() || writers.get().hasWriter(fd);
    } catch (ErrnoException e) {
      return true;
    }
  }

  @Override
  public Optional<FileVersion> version(int fd) {
    try {
      return Optional.of(FileVersion.of(statx.get().read(fd)));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean isSettled(FileVersion version) {
    boolean inWholeSeconds = version.changedNanos() == 0 && version.modifiedNanos() == 0;
    if (hasFineTimes && !inWholeSeconds) {
      return true;
    }
    long changedMillis = version.changedSeconds() * 1_000 + version.changedNanos() / 1_000_000;
    return millisClock.getAsLong() - changedMillis
        > (inWholeSeconds ? SETTLED_IN_WHOLE_SECONDS_MILLIS : SETTLED_MILLIS);
  }
}
