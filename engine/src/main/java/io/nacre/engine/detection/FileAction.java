package io.nacre.engine.detection;

import io.nacre.linux.Fd;

/**
 * What is done with an infected file, after the answer. On the thread that reports; may wait for a
 * disk, and never throws: what went wrong is its result.
 */
public interface FileAction {
  /** Leaves the file where it is. */
  FileAction NOTHING = (file, detection) -> Result.NONE;

  /** What became of a file. */
  enum Kind {
    /** Nothing was asked for. */
    NONE,
    MOVED,
    COPIED,
    REMOVED,
    /** It is where it was, and still denied. */
    FAILED
  }

  /**
   * The result of an action.
   *
   * @param detail where the file is now, and behind a semicolon what else is to be known; or why it
   *     failed, printable; empty for {@link Kind#NONE}
   */
  record Result(Kind kind, String detail) {
    public static final Result NONE = new Result(Kind.NONE, "");
  }

  /**
   * Acts on the file of {@code detection}.
   *
   * @param file open for reading on the very file that was scanned, whatever its path leads to by
   *     now; stays the caller's
   */
  Result on(Fd file, Detection detection);
}
