package io.nacre.engine.cli.demo;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The speed of one thread that opens one file again and again.
 *
 * @param opens the number of opens
 * @param opensPerSecond opens and closes per second
 * @param medianMicros the median time of an open, without its close
 */
record DemoTimes(int opens, double opensPerSecond, double medianMicros) {
  private static final long NANOS = 700_000_000L;
  private static final int MOST = 1_000_000;

  /** Opens and closes {@code file} for most of a second. */
  static DemoTimes reopen(Path file) throws IOException {
    String name = file.toString();
    long[] nanos = new long[MOST];
    int opens = 0;
    long startNanos = System.nanoTime();
    long nowNanos = startNanos;
    while (nowNanos - startNanos < NANOS && opens < MOST) {
      long before = System.nanoTime();
      FileInputStream opened = new FileInputStream(name);
      nowNanos = System.nanoTime();
      opened.close();
      nanos[opens++] = nowNanos - before;
    }
    Arrays.sort(nanos, 0, opens);
    return new DemoTimes(opens, opens * 1e9 / (nowNanos - startNanos), nanos[opens / 2] / 1_000.0);
  }
}
