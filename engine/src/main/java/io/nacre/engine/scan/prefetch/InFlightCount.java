package io.nacre.engine.scan.prefetch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The bound of prefetch scans under way, for all processes together; for any thread. */
final class InFlightCount {
  private static final int FILES = 64;
  private static final long BYTES = 16L << 20;

  private final AtomicInteger files = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  boolean hasRoom() {
    return files.get() < FILES && bytes.get() < BYTES;
  }

  /** Adds the scan of a file of {@code size} bytes. */
  void add(long size) {
    files.incrementAndGet();
    bytes.addAndGet(size);
  }

  /** Removes the scan of a file of {@code size} bytes. */
  void remove(long size) {
    files.decrementAndGet();
    bytes.addAndGet(-size);
  }
}
