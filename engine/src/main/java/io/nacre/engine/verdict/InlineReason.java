package io.nacre.engine.verdict;

import java.util.Locale;

/** Why a request is allowed at once, without asking for a scan; each has a counter. */
public enum InlineReason {
  /** We opened the file ourselves, and would wait for ourselves. */
  OWN_PROCESS,
  /** clamd opened it, and would wait for itself. */
  SCANNER,
  /** The process acts as an exempt user. */
  EXEMPT_USER,
  /** The process runs an exempt program as user 0: the machine could not be reached without it. */
  EXEMPT_PROGRAM,
  /** An exec, of which the kernel tells before the open that is then decided about. */
  EXEC_ANNOUNCED,
  /** A directory or another thing without contents of its own. */
  NOT_REGULAR,
  /** A file without a byte. */
  EMPTY,
  /** Found clean by an earlier scan, and not changed since. */
  KNOWN_CLEAN,
  /** Below a path that is excluded. */
  EXCLUDED,
  /** On a marked filesystem, but not below a protected path. */
  OUTSIDE;

  /** Returns the name used in status and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
