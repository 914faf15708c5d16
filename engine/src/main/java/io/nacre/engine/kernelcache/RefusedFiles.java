package io.nacre.engine.kernelcache;

import io.nacre.engine.verdict.FileVersion;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The versions of files that get no mark until they change, so that they are not offered again; for
 * any thread. A table of hashes: a file may be taken for another one, and then gets no mark.
 */
final class RefusedFiles {
  private static final int SIZE = 1 << 14;

  private final AtomicIntegerArray hashes = new AtomicIntegerArray(SIZE);

  void add(FileVersion version) {
    hashes.set(index(version), version.hashCode());
  }

  boolean contains(FileVersion version) {
    return hashes.get(index(version)) == version.hashCode();
  }

  void clear() {
    for (int i = 0; i < SIZE; i++) {
      hashes.set(i, 0);
    }
  }

  private static int index(FileVersion version) {
    return (version.hashCode() * 0x9e3779b9) >>> 18;
  }
}
