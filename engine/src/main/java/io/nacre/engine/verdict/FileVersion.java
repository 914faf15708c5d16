package io.nacre.engine.verdict;

import io.nacre.linux.file.Statx;

/**
 * One state of one file's contents, as far as the kernel tells: it changes with every write, and
 * also with a new name or owner.
 *
 * <p>A store through a shared mapping may leave it as it is. So two equal versions are good enough
 * to deny a file for what was found in it, and not to let one pass.
 *
 * @param links how many names the file has
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

  /** Returns the version of the file that {@code statx} has read. */
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
