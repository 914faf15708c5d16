package io.nacre.engine.policy;

import java.util.Arrays;

/**
 * The mounts of protected paths in the engine's mount namespace. The path of a file is reliable
 * only if the file was opened through one of them. For any thread: the watch stage sets the mounts,
 * and the readers query them.
 */
public final class OwnMounts {
  private volatile long[] ids = {};
  private volatile boolean reachesOutside;

  /** Returns these mounts. */
  public static OwnMounts of(long... mountIds) {
    OwnMounts mounts = new OwnMounts();
    mounts.set(mountIds, /* reachesOutside= */ false);
    return mounts;
  }

  /**
   * Replaces the mounts, by the ids of {@code statx}.
   *
   * @param reachesOutside whether marks raise events outside of the protected paths
   */
  public void set(long[] mountIds, boolean reachesOutside) {
    this.ids = mountIds.clone();
    this.reachesOutside = reachesOutside;
  }

  /** Returns true if events also come from outside of the protected paths. */
  public boolean reachesOutside() {
    return reachesOutside;
  }

  /** Returns true if {@code mountId} is one of them. */
  public boolean contains(long mountId) {
    long[] now = ids; // a handful
    for (long id : now) {
      if (id == mountId) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
