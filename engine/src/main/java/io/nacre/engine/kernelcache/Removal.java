package io.nacre.engine.kernelcache;

import java.util.Locale;

/**
 * The reasons why an ignore mark was removed; each has a counter. The kernel removes some marks by
 * itself.
 */
public enum Removal {
  /** Owner, mode, access control list or the number of names changed. */
  ATTRIBUTES_CHANGED,
  /** A writer closed the file. */
  WRITTEN,
  /** Events of changes may have been lost. */
  CHANGES_MISSED,
  /** The signatures changed, or the administrator flushed the verdicts. */
  INVALIDATED,
  /** A younger mark needed the room. */
  EVICTED,
  /** A process waits to write the file, which was leased. */
  LEASE_BROKEN,
  /** The lease reached the greatest age. */
  LEASE_EXPIRED,
  /** The file, which was leased, was deleted. */
  FILE_DELETED;

  /** Returns the name used in status and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
