package io.nacre.engine.scan.prefetch;

/**
 * The number of files that are prefetched for a process: it grows while they are used, and shrinks
 * when some are not. Belongs to one thread.
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

  /** Counts {@code count} more files that were opened. */
  void addUsed(int count) {
    used += count;
    if (used >= size) {
      size = Math.min(2 * size, MOST);
      used = 0;
    }
  }

  /** Shrinks the window, since some of the files were not opened. */
  void shrink() {
    size = Math.max(size / 2, LEAST);
    used = 0;
  }
}
