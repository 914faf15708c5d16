package io.nacre.engine.verdict;

/**
 * Which file it is, whatever version of it, where the kernel's numbers can be believed.
 *
 * @param subvolume that of btrfs, whose device number is used again; 0 elsewhere
 */
public record FileId(long device, long subvolume, long inode) {

  /** Returns which file {@code version} is one of. */
  public static FileId of(FileVersion version) {
    return new FileId(version.device(), version.subvolume(), version.inode());
  }
}
