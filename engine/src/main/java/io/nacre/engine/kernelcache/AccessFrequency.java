package io.nacre.engine.kernelcache;

import io.nacre.engine.verdict.FileVersion;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Finds the files that are opened again and again, without a table of all that are opened; for any
 * thread. Some share a count, so that one may be thought hot that is not.
 */
final class AccessFrequency {
  private static final int COUNTS = 1 << 14;

  /** Opens within about a minute that make a file hot. */
  private static final int HOT = 8;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(COUNTS);

  /** Counts an open of the file {@code version} is one of; returns true for each 8th. */
  boolean isHot(FileVersion version) {
    return counts.incrementAndGet(index(version)) % HOT == 0;
  }

  /** Half a minute went by. */
  void cool() {
    for (int i = 0; i < COUNTS; i++) {
      if (counts.get(i) != 0) {
        counts.set(i, counts.get(i) / 2); // an open that is lost here is none that matters
      }
    }
  }

  private static int index(FileVersion version) {
    long mixed = (version.inode() * 31 + version.device()) * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 50);
  }
}
