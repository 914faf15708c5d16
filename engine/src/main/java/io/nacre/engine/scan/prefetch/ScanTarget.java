package io.nacre.engine.scan.prefetch;

/**
 * A directory or a file that a sweep looks at.
 *
 * @param path in which each byte is one character
 * @param mountId the mount that it does not leave
 */
record ScanTarget(String path, long mountId, boolean isFile) {}
