package io.nacre.engine.detection.record;

/**
 * The result of the action on an infected file.
 *
 * @param detail where the file is now, and behind a semicolon further notes; or why the action
 *     failed; printable, and empty for {@link Kind#NONE}
 */
public record ActionResult(Kind kind, String detail) {
  public static final ActionResult NONE = new ActionResult(Kind.NONE, "");

  /** What became of a file. */
  public enum Kind {
    /** No action is configured. */
    NONE,
    MOVED,
    COPIED,
    REMOVED,
    /** The file is where it was, and still denied. */
    FAILED
  }
}
