package io.nacre.engine.verdict;

import java.util.Locale;

/** The reasons for an answer without a verdict; each has a counter and a policy. */
public enum FallbackReason {
  /** No verdict came before the request's deadline. */
  DEADLINE,
  /** clamd does not respond: the request did not wait until its deadline. */
  CLAMD_SILENT,
  /** Too many requests wait already. */
  OVERLOAD,
  /** clamd cannot be reached. */
  CLAMD_DOWN,
  /** clamd replied with an error, or with an unknown line. */
  CLAMD_ERROR,
  /** The file is bigger than {@code max-file-size}. */
  OVERSIZE,
  /** The engine is stopping. */
  STOPPING;

  /** Returns the name used in status and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
