package io.nacre.engine.verdict;

import java.util.Optional;

/**
 * What the kernel tells of open files; for any thread. None of it waits for a file system, as long
 * as nothing but {@link #trust} is asked about a file of which that is {@link Trust#NONE}.
 */
public interface FileInspector {

  /** What can be known of the changes of a file. */
  enum Trust {
    /** Nothing: it may change unseen, and its number may be another file's. */
    NONE,
    /** It is known by its number. */
    NUMBER,
    /** Besides, nobody can open it without an event that waits for its answer. */
    OPENS,
    /** Known by its number, and its times tell of every change by whoever opens it from now on. */
    TIMES
  }

  /**
   * Returns what can be known of a file.
   *
   * @param version any of the file's
   * @param mountId the unique number of the mount it was opened through
   */
  Trust trust(FileVersion version, long mountId);

  /**
   * Returns whether every open on {@code device} waits for its answer, whatever mount it takes;
   * then that is a local file system.
   */
  boolean tellsByOpens(long device);

  /** Returns whether somebody can write the file now; true if that cannot be told. */
  boolean hasWriter(int fd);

  /** Returns the version the file has now, or nothing if that cannot be told. */
  Optional<FileVersion> version(int fd);

  /** Returns whether another version would come of a change of {@code version} from now on. */
  boolean isSettled(FileVersion version);
}
