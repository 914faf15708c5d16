package io.nacre.engine.scan.lookup;

/**
 * A name in a directory that may be a regular file or a directory.
 *
 * @param name each byte as one character
 * @param place its place in the listing
 * @param inode the number of its inode
 */
public record DirectoryEntry(String name, int place, long inode, boolean isDirectory) {}
