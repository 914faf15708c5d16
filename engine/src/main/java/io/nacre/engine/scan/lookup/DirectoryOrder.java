package io.nacre.engine.scan.lookup;

import java.util.Comparator;

/** The orders in which programs go through the entries of a directory. */
public enum DirectoryOrder {
  /** As the file system lists it: find, grep -r, tar. */
  LISTED,
  /** By name: the patterns of a shell, ls, git. */
  NAMED,
  /** By inode: cp -r, and find and grep -r in directories of more than 10,000 entries. */
  NUMBERED,
  /** As listed, and the directories behind the files: os.walk of Python. */
  LISTED_FILES_FIRST,
  /** By name, and the directories behind the files. */
  NAMED_FILES_FIRST;

  /** Returns what puts entries into this order. */
  public Comparator<DirectoryEntry> comparator() {
    return switch (this) {
      case LISTED -> Comparator.comparingInt(DirectoryEntry::place);
      case NAMED -> Comparator.comparing(DirectoryEntry::name);
      case NUMBERED -> Comparator.comparingLong(DirectoryEntry::inode);
      case LISTED_FILES_FIRST -> filesBefore(LISTED);
      case NAMED_FILES_FIRST -> filesBefore(NAMED);
    };
  }

  private static Comparator<DirectoryEntry> filesBefore(DirectoryOrder order) {
    return Comparator.comparing(DirectoryEntry::isDirectory).thenComparing(order.comparator());
  }
}
