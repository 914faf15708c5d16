package io.nacre.engine.clamdconf;

/** How {@code OnAccessExcludePath} is understood, which is a matter of the version of ClamAV. */
public enum ExcludeMeaning {
  /**
   * As of 1.5: a POSIX extended regular expression that matches the path of a directory anywhere.
   */
  REGEX,
  /** Before: the path of a directory. */
  EXACT
}
