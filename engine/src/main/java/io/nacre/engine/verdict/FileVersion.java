package io.nacre.engine.verdict;

import io.nacre.linux.file.Statx;

/**
 * The version of a file, from statx(2): it changes with every write, and also with a new name or
 * owner.
 *
 * <p>A store through a shared mapping may not change it. So an equal version is enough to deny a
 * file that was found infected, but not enough to allow one.
 *
 * @param links the number of names of the file
 */
public record FileVersion(
    long device,
    long subvolume,
    long inode,
    long size,
    long changedSeconds,
    int changedNanos,
    long modifiedSeconds,
    int modifiedNanos,
    long bornSeconds,
    int bornNanos,
    int links) {

  /** Returns the version of the file of {@code statx}. */
  public static FileVersion of(Statx statx) {
    return new FileVersion(
        statx.device(),
        statx.subvolume(),
        statx.inode(),
        statx.size(),
        statx.changedSeconds(),
        statx.changedNanos(),
        statx.modifiedSeconds(),
        statx.modifiedNanos(),
        statx.bornSeconds(),
        statx.bornNanos(),
        statx.links());
  }
}
