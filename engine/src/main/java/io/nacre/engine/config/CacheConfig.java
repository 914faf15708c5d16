package io.nacre.engine.config;

/**
 * The {@code nacre.cache} block.
 *
 * @param entries how many clean files are cached at most; 0 for none
 * @param kernel the ignore marks on clean files
 */
public record CacheConfig(int entries, KernelCacheConfig kernel) {}
