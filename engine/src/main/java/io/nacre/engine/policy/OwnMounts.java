package io.nacre.engine.policy;

import java.util.Arrays;

/**
 * The mounts that protected paths lie on in our mount namespace: only of a file that was opened
 * through one of these is the path believed.
 *
 * <p>Replaced by whoever follows the mounts, asked by the readers.
 */
public final class OwnMounts {
  private volatile long[] ids = {};
  private volatile boolean reachOutside;

  /** Returns these mounts. */
  public static OwnMounts of(long... mountIds) {
    OwnMounts mounts = new OwnMounts();
    mounts.set(mountIds, /* reachOutside= */ false);
    return mounts;
  }

  /**
   * Replaces the mounts, by the ids of {@code statx}.
   *
   * @param reachOutside whether marks reach beyond the protected paths
   */
  public void set(long[] mountIds, boolean reachOutside) {
    this.ids = mountIds.clone();
    this.reachOutside = reachOutside;
  }

  /** Returns true if events come from outside of the protected paths as well. */
  public boolean reachOutside() {
    return reachOutside;
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
