package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cache of the types of the file systems behind mounts; for any thread.
 *
 * <p>A mount has a unique number that is never used again, so no entry becomes stale. The number of
 * a device is used again: the next file system on it can have files of the same numbers and times.
 * So a listener is run when a mount appears whose file system may be new: when no mount of that
 * device that was seen before still exists.
 *
 * <p>Queries the kernel and never a file system: see {@link MountedType}.
 */
public final class MountTypes {
  private static final int MOUNTS = 1024;
  private static final long UNKNOWN = 0;
  private static final long NO_DEVICE = 0;

  private record Filesystem(long type, long device) {}

  private record LastLookUp(long mountId, long type) {}

  private final Runnable onNewFilesystem;
  private final MountedType mountedType = new MountedType();

  /** Most look-ups are for the same mount as the one before; they need no lock. */
  private volatile LastLookUp last = new LastLookUp(0, UNKNOWN);

  private final Map<Long, Filesystem> mounts = new LinkedHashMap<>(); // the oldest first

  /**
   * An empty cache.
   *
   * @param onNewFilesystem is run before the type is returned of a mount whose file system may be
   *     new
   */
  public MountTypes(Runnable onNewFilesystem) {
    this.onNewFilesystem = onNewFilesystem;
  }

  /**
   * Returns the type of the file system behind a mount, as statfs(2) has it in {@code f_type}; 0 if
   * it is unknown, as on a kernel before 6.8 or for a mount of another mount namespace.
   *
   * @param mountId of {@link Statx#uniqueMountId}
   */
  public long of(long mountId) {
    LastLookUp now = last;
    if (now.mountId() == mountId) {
      return now.type();
    }
    return mountId < 0 ? UNKNOWN : lookUp(mountId);
  }

  private synchronized long lookUp(long mountId) {
    Filesystem cached = mounts.get(mountId);
    long type = cached != null ? cached.type() : add(mountId);
    last = new LastLookUp(mountId, type);
    return type;
  }

  /** Returns the mounts in the cache. */
  public synchronized List<Long> mountIds() {
    return List.copyOf(mounts.keySet());
  }

  /** Adds a mount of another cache, whose file system is not new; does nothing if it is gone. */
  public synchronized void addKnown(long mountId) {
    Filesystem found = query(mountId);
    if (found.type() != UNKNOWN && !mounts.containsKey(mountId) && mounts.size() < MOUNTS) {
      mounts.put(mountId, found);
    }
  }

  private long add(long mountId) {
    Filesystem found = query(mountId);
    if (found.type() != UNKNOWN && !hasMountOf(found.device())) {
      onNewFilesystem.run();
    }
    if (mounts.size() == MOUNTS) {
      mounts.remove(mounts.keySet().iterator().next());
    }
    mounts.put(mountId, found);
    return found.type();
  }

  private Filesystem query(long mountId) {
    try {
      long type = mountedType.of(mountId);
      return new Filesystem(type, type == UNKNOWN ? NO_DEVICE : mountedType.device());
    } catch (ErrnoException e) {
      return new Filesystem(UNKNOWN, NO_DEVICE);
    }
  }

  /** Returns whether a cached mount of {@code device} still exists. */
  private boolean hasMountOf(long device) {
    for (Map.Entry<Long, Filesystem> mount : mounts.entrySet()) {
      if (mount.getValue().device() == device && query(mount.getKey()).device() == device) {
        return true;
      }
    }
    return false;
  }
}
