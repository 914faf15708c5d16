package io.nacre.engine.scan.lookup;

import java.util.Comparator;

/** The orders in which programs go through what is in a directory. */
public enum DirectoryOrder {
  /** As the file system lists it: find, grep -r, tar. */
  LISTED,
  /** By name: what a shell has put together, ls. */
  NAMED,
  /** By inode: who wants the disk to seek little. */
  NUMBERED,
  LISTED_FILES_FIRST,
  NAMED_FILES_FIRST,
  NUMBERED_FILES_FIRST;

  /** Returns what puts entries into this order. */
  public Comparator<DirectoryEntry> comparator() {
    return switch (this) {
      case LISTED -> Comparator.comparingInt(DirectoryEntry::place);
      case NAMED -> Comparator.comparing(DirectoryEntry::name);
      case NUMBERED -> Comparator.comparingLong(DirectoryEntry::inode);
      case LISTED_FILES_FIRST -> filesBefore(LISTED);
      case NAMED_FILES_FIRST -> filesBefore(NAMED);
      case NUMBERED_FILES_FIRST -> filesBefore(NUMBERED);
    };
  }

  private static Comparator<DirectoryEntry> filesBefore(DirectoryOrder order) {
    return Comparator.comparing(DirectoryEntry::isDirectory).thenComparing(order.comparator());
  }
}
