package io.nacre.engine.watch.place;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;

/**
 * A directory whose tree is protected as far as its mount reaches: an include path, or a mount
 * point below one.
 *
 * @param path where it is
 * @param mount the mount it lies on
 * @param mountId the number of that mount, which is never used again
 * @param inode its inode number, which distinguishes it from another directory at the same path
 * @param isMountPoint whether it is a mount point below an include path, and no include path
 */
public record Place(PathBytes path, Mount mount, long mountId, long inode, boolean isMountPoint) {

  /**
   * Opens the directory.
   *
   * @throws ErrnoException {@code ENOENT} if another directory is there by now: the mount there is
   *     gone, and a mark would be placed on another file system
   */
  public Directory open() throws ErrnoException {
    Directory directory = Directory.openWithoutLinks(path.bytes());
    try {
      Statx now = new Statx().read(directory.fd().number());
      if (now.inode() != inode || now.mountId() != mountId) {
        throw new ErrnoException("openat2", Errno.ENOENT);
      }
      return directory;
    } catch (ErrnoException e) {
      directory.close();
      throw e;
    }
  }
}
