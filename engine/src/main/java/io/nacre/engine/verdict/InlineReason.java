package io.nacre.engine.verdict;

import java.util.Locale;

/** The reasons to allow a request at once, without a scan; each has a counter. */
public enum InlineReason {
  /** The engine opened the file itself, and would wait for itself. */
  OWN_PROCESS,
  /** clamd opened it, and would wait for itself. */
  SCANNER,
  /** The effective user of the process is exempt. */
  EXEMPT_USER,
  /** The process runs an exempt program as root: the machine could not be reached without it. */
  EXEMPT_PROGRAM,
  /** The event of an exec, before the event of its open, which is then decided. */
  EXEC_ANNOUNCED,
  /** Not a regular file. */
  NOT_REGULAR,
  /** An empty file. */
  EMPTY,
  /** Found clean by an earlier scan, and not changed since. */
  CACHED_CLEAN,
  /** Below a path that is excluded. */
  EXCLUDED,
  /** On a marked filesystem, but not below a protected path. */
  OUTSIDE;

  /** Returns the name used in status and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
