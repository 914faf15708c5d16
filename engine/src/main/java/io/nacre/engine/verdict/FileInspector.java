package io.nacre.engine.verdict;

import java.util.Optional;

/**
 * What the kernel says of open files; for any thread. No method waits for a file system, if nothing
 * but {@link #tracking} is called for a file where that returns {@link Tracking#NONE}: its file
 * system could wait for a daemon.
 */
public interface FileInspector {

  /** How a file is recognized, and how its changes are noticed. */
  enum Tracking {
    /** Not at all: its contents may change unseen, and its number may be another file's. */
    NONE,
    /** By its number, but not its changes. */
    NUMBER,
    /** Besides, each open of it is a permission event, so that its writers are seen. */
    OPENS,
    /** By its number, and each change by a process that opens it from now on changes its times. */
    TIMES
  }

  /**
   * Returns how a file is tracked.
   *
   * @param version any of the file's
   * @param mountId the unique number of the mount it was opened through
   */
  Tracking tracking(FileVersion version, long mountId);

  /**
   * Returns whether every open on {@code device} is a permission event, through whatever mount;
   * then that is a local file system.
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
   * @param version the one it had when its event was read
   */
  default boolean isQuiet(int fd, FileVersion version, long mountId) {
    return tracking(version, mountId) == Tracking.TIMES && isSettled(version) && !hasWriter(fd);
  }
}
