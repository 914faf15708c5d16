package io.nacre.engine.verdict;

/**
 * One clean file as it is written down: which it is, and what it was like, with times in
 * nanoseconds since 1970.
 */
public record KnownFile(
    long device, long subvolume, long inode, long size, long changed, long modified, long born) {}
