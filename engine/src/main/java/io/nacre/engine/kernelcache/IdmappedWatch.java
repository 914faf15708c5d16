package io.nacre.engine.kernelcache;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A search for {@link IdmappedMounts} once a second, since no event reports a new one. It has a
 * thread of its own, since an unprivileged user can make it take long. Its results are for any
 * thread.
 */
final class IdmappedWatch implements AutoCloseable {
  private static final long REST_MILLIS = 1_000;

  /** The pause after a search that exceeded its bounds: the next one likely does, too. */
  private static final long LONG_REST_MILLIS = 10_000;

  private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Search(Optional<Set<Long>> devices, long begunNanos, boolean isOver) {}

  private final IdmappedMounts mounts;
  private final LongSupplier nanoClock;
  private final Thread thread = new Thread(this::run, "idmapped-mounts");
  private volatile boolean closed;
  private volatile Search last;

  private IdmappedWatch(Path processes, LongSupplier nanoClock) {
    this.mounts = new IdmappedMounts(processes, IdmappedMounts.Bounds.USUAL, nanoClock);
    this.nanoClock = nanoClock;
    this.last = new Search(Optional.empty(), nanoClock.getAsLong(), /* isOver= */ false);
  }

  /** Starts to search below {@code processes}, where procfs is mounted. */
  static IdmappedWatch start(Path processes, LongSupplier nanoClock) {
    IdmappedWatch watch = new IdmappedWatch(processes, nanoClock);
    watch.thread.setDaemon(true); // it may hang in the kernel when all other threads have ended
    watch.thread.start();
    return watch;
  }

  /**
   * Returns the devices that have a mount with other owners; nothing before the first search has
   * ended, or if {@link #isUncertain}.
   */
  Optional<Set<Long>> devices() {
    Search now = last;
    return isOld(now) ? Optional.empty() : now.devices();
  }

  /** Returns whether the last search exceeded its bounds, or is too long ago. */
  boolean isUncertain() {
    Search now = last;
    return isOld(now) || (now.isOver() && now.devices().isEmpty());
  }

  private boolean isOld(Search search) {
    return nanoClock.getAsLong() - search.begunNanos() > OLD_NANOS;
  }

  private void run() {
    try {
      while (!closed) {
        long begunNanos = nanoClock.getAsLong();
        Optional<Set<Long>> devices = mounts.find();
        last = new Search(devices, begunNanos, /* isOver= */ true);
        Thread.sleep(devices.isPresent() ? REST_MILLIS : LONG_REST_MILLIS);
      }
    } catch (InterruptedException e) {
      // The search is closed.
    }
  }

  /** Ends the search, without a wait for its thread. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
