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

  /** Returns these mounts. */
  public static OwnMounts of(long... mountIds) {
    OwnMounts mounts = new OwnMounts();
    mounts.set(mountIds);
    return mounts;
  }

  /** Replaces the mounts, by the ids of {@code statx}. */
  public void set(long[] mountIds) {
    this.ids = mountIds.clone();
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
