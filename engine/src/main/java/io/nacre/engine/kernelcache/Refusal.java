package io.nacre.engine.kernelcache;

import java.util.Locale;

/** Why a clean file gets no ignore mark; each has a counter. */
public enum Refusal {
  /** It is no regular file. */
  NOT_REGULAR(true),
  /** Its file system is none of those that are trusted, or was not reached by a mount of ours. */
  FILE_SYSTEM(true),
  /** The file system is mounted with other owners somewhere: who is root there may be anybody. */
  IDMAPPED(true),
  /** It cannot be told now whether that is so. */
  IDMAPPED_UNKNOWN(true),
  /** Every mark needs a lease, which is for what is opened again and again. */
  NO_LEASE(true),
  /** Its owner, mode or access control list lets others than root write it. */
  OTHERS_MAY_WRITE(true),
  /** Its access control list cannot be read. */
  UNKNOWN_ACCESS(true),
  /** The kernel cannot tell when that changes. */
  UNGUARDED(true),
  /** Somebody can write it now. */
  WRITER(false),
  /** It changed, or is not known to be clean any more. */
  CHANGED(false),
  /** As many files as may be have a mark, or a lease, that is younger. */
  FULL(false),
  /** Too many files wait for their mark. */
  BUSY(false),
  /** The kernel refused the mark. */
  KERNEL(true);

  private final boolean stays;

  Refusal(boolean stays) {
    this.stays = stays;
  }

  /** Returns whether it holds until the file changes, as far as can be told. */
  boolean stays() {
    return stays;
  }

  /** Returns the name used in status and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
