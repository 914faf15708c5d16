package io.nacre.engine.verdict;

/**
 * The identity of a file, whatever its version, where the numbers of its file system are reliable.
 *
 * @param subvolume the one of btrfs, whose device number is used again; 0 elsewhere
 */
public record FileId(long device, long subvolume, long inode) {

  /** Returns the file that {@code version} is a version of. */
  public static FileId of(FileVersion version) {
    return new FileId(version.device(), version.subvolume(), version.inode());
  }
}
