package io.nacre.engine.clamdconf;

/** The meaning of {@code OnAccessExcludePath}, which depends on the version of ClamAV. */
public enum ExcludeMeaning {
  /** Since 1.5: a POSIX extended regular expression that matches a directory's path anywhere. */
  REGEX,
  /** Before 1.5: the path of a directory. */
  EXACT
}
