package io.nacre.engine.config;

/**
 * What {@code nacre.cache} says of the marks that keep the opens of clean files away from us.
 *
 * @param mode which files may have one
 * @param marks how many files have one at most
 * @param leases how many of them are held by a lease at most
 */
public record KernelCacheConfig(Mode mode, int marks, int leases) {

  /** Which files may have an ignore mark. */
  public enum Mode {
    /** Those that nobody but root can write. */
    SAFE,
    /** Also those that are opened again and again, each held by a lease. */
    LEASED,
    /** None. */
    OFF
  }
}
