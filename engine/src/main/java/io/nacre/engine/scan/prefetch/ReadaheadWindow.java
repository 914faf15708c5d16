package io.nacre.engine.scan.prefetch;

/**
 * How many files are scanned before they are opened: the more the longer that has been of use.
 * Belongs to one thread.
 */
final class ReadaheadWindow {
  static final int LEAST = 1;
  static final int FIRST = 4;
  static final int MOST = 64;

  private int size = FIRST;
  private int used;

  int size() {
    return size;
  }

  /** {@code count} more of the files were opened. */
  void used(int count) {
    used += count;
    if (used >= size) {
      size = Math.min(2 * size, MOST);
      used = 0;
    }
  }

  /** Some of the files were not opened. */
  void wasted() {
    size = Math.max(size / 2, LEAST);
    used = 0;
  }
}
