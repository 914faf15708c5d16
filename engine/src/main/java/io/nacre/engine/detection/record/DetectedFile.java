package io.nacre.engine.detection.record;

/**
 * The file of a detection, as it was right after the answer.
 *
 * @param device its file system, {@code major:minor}
 * @param inode its inode number there
 * @param size in bytes
 * @param rawPath the bytes of its path in Base64, since they need not be text; empty if the path is
 *     unknown
 */
public record DetectedFile(String device, long inode, long size, String rawPath) {}
