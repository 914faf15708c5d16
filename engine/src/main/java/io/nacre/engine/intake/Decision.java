package io.nacre.engine.intake;

import io.nacre.engine.verdict.InlineReason;
import java.util.Optional;

/** What triage decides about an event. */
enum Decision {
  SCAN(Optional.empty()),
  OVERSIZE(Optional.empty()),
  OWN_PROCESS(Optional.of(InlineReason.OWN_PROCESS)),
  SCANNER(Optional.of(InlineReason.SCANNER)),
  EXEMPT_USER(Optional.of(InlineReason.EXEMPT_USER)),
  /** Allowed without a look; nobody has asked what is in the file, so a scan may follow. */
  EXEMPT_PROGRAM(Optional.of(InlineReason.EXEMPT_PROGRAM)),
  NOT_REGULAR(Optional.of(InlineReason.NOT_REGULAR)),
  EMPTY(Optional.of(InlineReason.EMPTY)),
  CACHED_CLEAN(Optional.of(InlineReason.CACHED_CLEAN)),
  EXCLUDED(Optional.of(InlineReason.EXCLUDED)),
  OUTSIDE(Optional.of(InlineReason.OUTSIDE));

  private final Optional<InlineReason> allowed;

  Decision(Optional<InlineReason> allowed) {
    this.allowed = allowed;
  }

  /** Returns why the event is allowed at once, or nothing if it is not. */
  Optional<InlineReason> allowed() {
    return allowed;
  }

  /** Returns true if the event is allowed for who raised it, whatever is in the file. */
  boolean isExemption() {
    return this == EXEMPT_USER || this == EXEMPT_PROGRAM;
  }
}
