package io.nacre.engine.intake;

import io.nacre.engine.verdict.InlineReason;

/** What triage decides about an event. */
enum Decision {
  SCAN,
  OVERSIZE,
  OWN_PROCESS,
  SCANNER,
  EXEMPT_USER,
  /** Allowed at once; the content of the file plays no part, so a scan may follow. */
  EXEMPT_PROGRAM,
  NOT_REGULAR,
  EMPTY,
  CACHED_CLEAN,
  EXCLUDED,
  OUTSIDE;

  /** Returns true if the event is allowed at once. */
  boolean isAllowed() {
    return this != SCAN && this != OVERSIZE;
  }

  /** Returns why the event is allowed at once; only if it is. */
  InlineReason reason() {
    return switch (this) {
      case OWN_PROCESS -> InlineReason.OWN_PROCESS;
      case SCANNER -> InlineReason.SCANNER;
      case EXEMPT_USER -> InlineReason.EXEMPT_USER;
      case EXEMPT_PROGRAM -> InlineReason.EXEMPT_PROGRAM;
      case NOT_REGULAR -> InlineReason.NOT_REGULAR;
      case EMPTY -> InlineReason.EMPTY;
      case CACHED_CLEAN -> InlineReason.CACHED_CLEAN;
      case EXCLUDED -> InlineReason.EXCLUDED;
      case OUTSIDE -> InlineReason.OUTSIDE;
      case SCAN, OVERSIZE -> throw new IllegalStateException(this + " is not allowed at once");
    };
  }

  /** Returns true if the event is allowed because of its process, whatever is in the file. */
  boolean isExemption() {
    return this == EXEMPT_USER || this == EXEMPT_PROGRAM;
  }
}
