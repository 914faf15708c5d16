package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The types of the file systems behind mounts, each asked for once; for any thread.
 *
 * <p>Mounts are known by their unique numbers, which are never used again, so nothing here grows
 * old. Devices are: the next file system on one can have files of the same numbers and times. So it
 * is told when a mount turns up and none of those known before shows that its file system has been
 * there ever since.
 *
 * <p>Asks the kernel and never a file system: see {@link MountedType}.
 */
public final class MountTypes {
  private static final int MOUNTS = 1024;
  private static final long UNKNOWN = 0;
  private static final long NOWHERE = 0;

  private record Known(long type, long device) {}

  private record Answer(long mountId, long type) {}

  private final Runnable onNewFilesystem;
  private final MountedType mountedType = new MountedType();

  /** The same mount is asked about again and again; whoever finds it here waits for nobody. */
  private volatile Answer last = new Answer(NOWHERE, UNKNOWN);

  private final Map<Long, Known> mounts = new LinkedHashMap<>(); // the oldest first

  /**
   * Knows no mount yet.
   *
   * @param onNewFilesystem is run before the type of a mount is told whose file system may not have
   *     been there before
   */
  public MountTypes(Runnable onNewFilesystem) {
    this.onNewFilesystem = onNewFilesystem;
  }

  /**
   * Returns the type of the file system behind a mount, as statfs(2) has it in {@code f_type}; 0 if
   * it cannot be told, as on a kernel before 6.8 or of a mount of another mount namespace.
   *
   * @param mountId of {@link Statx#uniqueMountId}
   */
  public long of(long mountId) {
    Answer now = last;
    if (now.mountId() == mountId) {
      return now.type();
    }
    return mountId < 0 ? UNKNOWN : lookUp(mountId);
  }

  private synchronized long lookUp(long mountId) {
    Known known = mounts.get(mountId);
    long type = known != null ? known.type() : ask(mountId);
    last = new Answer(mountId, type);
    return type;
  }

  private long ask(long mountId) {
    Known told = told(mountId);
    if (told.type() != UNKNOWN && !hasBeenThere(told.device())) {
      onNewFilesystem.run();
    }
    if (mounts.size() == MOUNTS) {
      mounts.remove(mounts.keySet().iterator().next());
    }
    mounts.put(mountId, told);
    return told.type();
  }

  private Known told(long mountId) {
    try {
      long type = mountedType.of(mountId);
      return new Known(type, type == UNKNOWN ? NOWHERE : mountedType.device());
    } catch (ErrnoException e) {
      return new Known(UNKNOWN, NOWHERE);
    }
  }

  /** Returns whether a mount that is known to be of {@code device} is still there. */
  private boolean hasBeenThere(long device) {
    for (Map.Entry<Long, Known> mount : mounts.entrySet()) {
      if (mount.getValue().device() == device && told(mount.getKey()).device() == device) {
        return true;
      }
    }
    return false;
  }
}
