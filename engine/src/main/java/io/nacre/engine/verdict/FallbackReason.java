package io.nacre.engine.verdict;

import java.util.Locale;

/** Why a request is answered without a verdict; each has a counter and a policy. */
public enum FallbackReason {
  /** No verdict came before the request's deadline. */
  DEADLINE,
  /** clamd is frozen: the request was not left waiting until its deadline. */
  CLAMD_SILENT,
  /** Too many requests wait already. */
  OVERLOAD,
  /** clamd cannot be reached. */
  CLAMD_DOWN,
  /** clamd answered with an error, or with something that is not understood. */
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
