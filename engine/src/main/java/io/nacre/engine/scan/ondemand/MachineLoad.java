package io.nacre.engine.scan.ondemand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The load of the machine: whether tasks had to wait for a processor or a disk, by {@code
 * /proc/pressure}, or how many want to run on kernels without that. Belongs to one thread.
 */
final class MachineLoad {
  /** The share of the time in which a task had to wait. */
  private static final double MUCH = 0.2;

  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final List<String> RESOURCES = List.of("cpu", "io");

  private final Path proc;
  private final LongSupplier nanoClock;
  private long sinceNanos;
  private long waitedMicros;
  private boolean isBusy = true; // until one period is over

  /** The load by the files below {@code proc}. */
  MachineLoad(Path proc, LongSupplier nanoClock) {
    this.proc = proc;
    this.nanoClock = nanoClock;
    this.sinceNanos = nanoClock.getAsLong();
    this.waitedMicros = waited();
  }

  /** Returns whether the machine was busy in the last half second. */
  boolean isBusy() {
    long now = nanoClock.getAsLong();
    if (now - sinceNanos >= PERIOD.toNanos()) {
      long waited = waited();
      isBusy =
          waited < 0
              ? hasManyRunning()
              : (waited - waitedMicros) * 1_000.0 > MUCH * (now - sinceNanos);
      sinceNanos = now;
      waitedMicros = waited;
    }
    return isBusy;
  }

  /** Returns the time that tasks waited since the machine started, or -1 if it is not reported. */
  private long waited() {
    long micros = 0;
    for (String resource : RESOURCES) {
      // "some avg10=0.00 avg60=0.00 avg300=0.00 total=12345"
      String some = firstLine(proc.resolve("pressure").resolve(resource));
      int total = some.indexOf("total=");
      if (total < 0) {
        return -1;
      }
      micros += Long.parseLong(some.substring(total + "total=".length()));
    }
    return micros;
  }

  private boolean hasManyRunning() {
    String load = firstLine(proc.resolve("loadavg"));
    int end = load.indexOf(' ');
    return end < 0
        || Double.parseDouble(load.substring(0, end))
            > Runtime.getRuntime().availableProcessors() / 2.0;
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file).lines().findFirst().orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
