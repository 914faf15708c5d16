package io.nacre.engine.scan.lookup;

/**
 * A name in a directory that is a file or a directory, as far as its list tells.
 *
 * @param name each byte as one character
 * @param place where it stands in the list
 * @param inode its number
 */
public record DirectoryEntry(String name, int place, long inode, boolean isDirectory) {}
