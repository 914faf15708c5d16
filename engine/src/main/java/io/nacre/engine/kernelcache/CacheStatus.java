package io.nacre.engine.kernelcache;

import java.util.Optional;

/**
 * How a file stands with the kernel cache; whether it has its mark is for the kernel to tell.
 *
 * @param isLeased whether we hold a lease on it
 * @param refusal why it may not have a mark without a lease; nothing if it may
 */
public record CacheStatus(boolean isLeased, Optional<Refusal> refusal) {}
