package io.nacre.engine.kernelcache;

import java.util.Locale;

/** Why an ignore mark was taken off; each has a counter. The kernel's own reasons are not told. */
public enum Removal {
  /** Owner, mode, access control list or the number of names changed. */
  ATTRIBUTES,
  /** Who had it open for writing closed it. */
  WRITTEN,
  /** Not every change was told. */
  UNTOLD,
  /** There are other signatures, or somebody asked for it. */
  FORGOTTEN,
  /** A younger one needed the room. */
  MADE_ROOM,
  /** Somebody waits to write the file, which was leased. */
  LEASE_BROKEN,
  /** Its lease was as old as one may be. */
  LEASE_OLD,
  /** The file, which was leased, has no name any more. */
  LEASE_UNLINKED;

  /** Returns the name used in status and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
