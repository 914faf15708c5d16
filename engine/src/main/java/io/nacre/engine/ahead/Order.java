package io.nacre.engine.ahead;

import java.util.Comparator;

/** The orders in which programs go through what is in a directory. */
enum Order {
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
  Comparator<Entry> comparator() {
    return switch (this) {
      case LISTED -> Comparator.comparingInt(Entry::place);
      case NAMED -> Comparator.comparing(Entry::name);
      case NUMBERED -> Comparator.comparingLong(Entry::inode);
      case LISTED_FILES_FIRST -> filesBefore(LISTED);
      case NAMED_FILES_FIRST -> filesBefore(NAMED);
      case NUMBERED_FILES_FIRST -> filesBefore(NUMBERED);
    };
  }

  private static Comparator<Entry> filesBefore(Order order) {
    return Comparator.comparing(Entry::isDirectory).thenComparing(order.comparator());
  }
}
