package io.nacre.engine.watch;

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
record Place(PathBytes path, Mount mount, long mountId, long inode, boolean isMountPoint) {}
