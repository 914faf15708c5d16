package io.nacre.engine.verdict;

import java.util.Optional;

/**
 * The state of open files as the kernel reports it; for any thread. No method blocks on a file
 * system, under one condition. For a file whose {@link #tracking} is {@link Tracking#NONE}, no
 * other method is called, since its file system could wait for a daemon.
 */
public interface FileInspector {

  /** The ways to recognize a file and to detect its changes. */
  enum Tracking {
    /** No tracking: contents may change undetected, and another file may have the same number. */
    NONE,
    /** The file is recognized by its number; its changes are not detected. */
    NUMBER,
    /**
     * As with {@link #NUMBER}; besides, each open is a permission event, which shows its writers.
     */
    OPENS,
    /**
     * As with {@link #NUMBER}; besides, a process that opens it from now on changes its times with
     * each change.
     */
    TIMES
  }

  /**
   * Returns how a file is tracked.
   *
   * @param version any version of the file
   * @param mountId the unique number of the mount it was opened through
   */
  Tracking tracking(FileVersion version, long mountId);

  /**
   * Returns whether every open on {@code device} is a permission event, through any mount. If so,
   * the device has a local file system.
   */
  boolean isWholeFilesystem(long device);

  /** Returns whether a process can write the file now; true if the kernel does not say. */
  boolean hasWriter(int fd);

  /** Returns the version the file has now, or nothing if the kernel does not say. */
  Optional<FileVersion> version(int fd);

  /** Returns whether a change from now on would lead to another version than {@code version}. */
  boolean isSettled(FileVersion version);

  /** Returns whether other open files with the same device and inode are the same file. */
  default boolean isIdentifiable(FileVersion version, long mountId) {
    return tracking(version, mountId) != Tracking.NONE;
  }

  /**
   * Returns whether no process can write the file now, and any change from now on would lead to
   * another version. Never true where contents may change without a time.
   *
   * @param fd open on the file
   * @param version the version that the file had when its event was read
   */
  default boolean isQuiet(int fd, FileVersion version, long mountId) {
    return tracking(version, mountId) == Tracking.TIMES && isSettled(version) && !hasWriter(fd);
  }
}
