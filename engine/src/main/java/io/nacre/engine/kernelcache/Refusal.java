package io.nacre.engine.kernelcache;

import java.util.Locale;

/** The reasons why a clean file gets no ignore mark; each has a counter. */
public enum Refusal {
  /** Not a regular file. */
  NOT_REGULAR(true),
  /** Its file system is not supported, or the file was opened by a mount of another namespace. */
  UNSUPPORTED_FILESYSTEM(true),
  /** The file system is mounted with other owners somewhere: root there may be any user. */
  IDMAPPED(true),
  /** No recent search shows whether the file system is mounted with other owners. */
  IDMAPPED_UNKNOWN(true),
  /** Every mark needs a lease, and only files that are opened often get one. */
  NEEDS_LEASE(true),
  /** Its owner, mode or access control list lets users other than root write it. */
  OTHERS_MAY_WRITE(true),
  /** Its access control list cannot be read. */
  UNREADABLE_ACCESS_LIST(true),
  /** The kernel gives no guard, which would report changes of the file. */
  NO_GUARD(true),
  /** A process can write it now. */
  HAS_WRITER(false),
  /** It changed, or is not cached as clean any more. */
  CHANGED(false),
  /** All leases are in use, and each is too young to make room. */
  NO_LEASE_LEFT(false),
  /** Too many files wait for their mark. */
  QUEUE_FULL(false),
  /** The kernel refused the mark. */
  KERNEL_ERROR(true);

  private final boolean isLasting;

  Refusal(boolean isLasting) {
    this.isLasting = isLasting;
  }

  /** Returns whether the reason likely holds until the file changes. */
  boolean isLasting() {
    return isLasting;
  }

  /** Returns the name used in status and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
