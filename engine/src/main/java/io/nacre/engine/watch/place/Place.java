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
 * @param mountId the number of that mount that is never used again
 * @param inode which directory it is, so that another one at the same path is told apart
 * @param isMountPoint whether it is no include path, but was mounted below one
 */
public record Place(PathBytes path, Mount mount, long mountId, long inode, boolean isMountPoint) {

  /**
   * Opens the directory.
   *
   * @throws ErrnoException {@code ENOENT} if another one is there by now: what was mounted there is
   *     gone, and a mark would land on another file system
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
