package io.nacre.engine.ahead;

/**
 * A name in a directory that is a file or a directory, as far as its list tells.
 *
 * @param name each byte as one character
 * @param place where it stands in the list
 * @param inode its number
 */
record Entry(String name, int place, long inode, boolean isDirectory) {}
