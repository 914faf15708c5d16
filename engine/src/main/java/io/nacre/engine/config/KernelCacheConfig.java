package io.nacre.engine.config;

/**
 * The ignore marks of {@code nacre.cache}, with which opens of clean files raise no event.
 *
 * @param mode the files that may have one
 * @param marks the most files with one
 * @param leases the most of them that are leased
 */
public record KernelCacheConfig(Mode mode, int marks, int leases) {

  /** Which files may have an ignore mark. */
  public enum Mode {
    /** Files that only root can write. */
    SAFE,
    /** Files that are opened again and again, each with a read lease, as well. */
    LEASED,
    /** No file. */
    OFF
  }
}
