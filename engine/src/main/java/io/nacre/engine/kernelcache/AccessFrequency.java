package io.nacre.engine.kernelcache;

import io.nacre.engine.verdict.FileVersion;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts of recent opens that show which files are opened often, without a table of all files; for
 * any thread. Some files share a count, so that a file may seem to be opened more often than it is.
 */
final class AccessFrequency {
  private static final int COUNTS = 1 << 14;

  /** Opens within about a minute that are often. */
  private static final int OFTEN = 8;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(COUNTS);

  /** Counts an open of the file of {@code version}; returns true for each 8th. */
  boolean addOpen(FileVersion version) {
    return counts.incrementAndGet(index(version)) % OFTEN == 0;
  }

  /** Halves all counts; to be called every half minute. */
  void halve() {
    for (int i = 0; i < COUNTS; i++) {
      if (counts.get(i) != 0) {
        counts.set(i, counts.get(i) / 2); // an open that is counted meanwhile may be lost
      }
    }
  }

  private static int index(FileVersion version) {
    long mixed = (version.inode() * 31 + version.device()) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 50);
  }
}
