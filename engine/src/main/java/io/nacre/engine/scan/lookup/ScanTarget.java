package io.nacre.engine.scan.lookup;

/**
 * A directory or a file that a sweep looks at.
 *
 * @param path in which each byte is one character
 * @param mountId the mount that it does not leave
 */
public record ScanTarget(String path, long mountId, boolean isFile) {}
