package io.nacre.engine.scan.lookup;

/**
 * A directory or a file that an on-demand scan reads.
 *
 * @param path each byte as one character
 * @param mountId the mount that the scan does not leave
 */
public record ScanTarget(String path, long mountId, boolean isFile) {}
