package io.nacre.engine.scan;

import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.WriterProbe;
import io.nacre.linux.file.MountTypes;
import io.nacre.linux.file.MountedType;
import io.nacre.linux.file.Statx;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Asks the kernel; belongs to one thread at a time, which never waits for a file system here.
 *
 * <p>Local file systems alone are trusted: a FUSE daemon gives out what inode numbers it likes, and
 * what is written to a remote file shows neither in a writer nor in time.
 */
public final class KernelFileProbe implements FileProbe {
  /**
   * How long ago a file must have changed last, in milliseconds, for its time to tell of a change
   * from now on. Before Linux 6.13 all changes within a tick of at most 10 ms have the same time.
   */
  private static final long SETTLED_MILLIS = 50;

  /** The same on a file system that keeps whole seconds. */
  private static final long SETTLED_IN_WHOLE_SECONDS_MILLIS = 2_000;

  private final Optional<WriterProbe> writers;
  private final LongSupplier millisClock;
  private final MountTypes types;
  private final Statx statx = new Statx();

  /**
   * A probe for one stream.
   *
   * @param writers tells of writers; without it no file is quiet
   * @param types tells what kind of file system a file is on
   * @param millisClock the clock that files get their times from
   */
  public KernelFileProbe(
      Optional<WriterProbe> writers, MountTypes types, LongSupplier millisClock) {
    this.writers = writers;
    this.types = types;
    this.millisClock = millisClock;
  }

  @Override
  public boolean isKnownByNumber(PermissionRequest request) {
    long type = type(request);
    return type == MountedType.TMPFS || keepsTime(type);
  }

  /** Never true on a tmpfs, where a store through a mapping may change no time at all. */
  @Override
  public boolean isQuiet(PermissionRequest request) {
    try {
      return writers.isPresent()
          && keepsTime(type(request))
          && request.facts().map(FileFacts::version).filter(this::isSettled).isPresent()
          && !writers.get().hasWriter(request.file());
    } catch (ErrnoException e) {
      return false;
    }
  }

  @Override
  public Optional<FileVersion> version(PermissionRequest request) {
    try {
      return Optional.of(FileVersion.of(statx.read(request.file())));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }

  private static boolean keepsTime(long type) {
    return type == MountedType.EXT4 || type == MountedType.XFS || type == MountedType.BTRFS;
  }

  private boolean isSettled(FileVersion version) {
    boolean inWholeSeconds = version.changedNanos() == 0 && version.modifiedNanos() == 0;
    long changedMillis = version.changedSeconds() * 1_000 + version.changedNanos() / 1_000_000;
    return millisClock.getAsLong() - changedMillis
        > (inWholeSeconds ? SETTLED_IN_WHOLE_SECONDS_MILLIS : SETTLED_MILLIS);
  }

  private long type(PermissionRequest request) {
    return types.of(request.facts().map(FileFacts::mountId).orElse(-1L));
  }
}
