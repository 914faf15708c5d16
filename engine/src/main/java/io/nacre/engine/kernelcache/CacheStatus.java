package io.nacre.engine.kernelcache;

import java.util.Optional;

/**
 * The status of a file in the kernel cache. Whether it has a mark now is in the kernel's own list.
 *
 * @param isLeased whether the engine has a lease on it
 * @param refusal the reason why it may not have a mark without a lease; nothing if it may
 */
public record CacheStatus(boolean isLeased, Optional<Refusal> refusal) {}
