package io.nacre.engine.intake;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The lease by which one of a group's readers reads, and since when that reader is in one call.
 *
 * <p>read(2) itself opens the file, and may wait there for a slow FUSE daemon or a file lease; then
 * another reader takes the lease. For any thread; a claim is used by its reader.
 */
public final class ReaderLease {
  private static final long CAREFUL_NANOS = Duration.ofMinutes(10).toNanos();

  private final AtomicReference<@Nullable Claim> holder = new AtomicReference<>();
  private volatile long progressNanos;
  private volatile long carefulUntilNanos;

  /** No reader holds it yet; the time until the first step counts from {@code nowNanos}. */
  public ReaderLease(long nowNanos) {
    this.progressNanos = nowNanos;
    this.carefulUntilNanos = nowNanos;
  }

  /** Returns the claim of one more reader; the first one holds the lease. */
  Claim addReader() {
    Claim claim = new Claim();
    holder.compareAndSet(null, claim);
    return claim;
  }

  /** Returns when a reader last made a step: an event, or a look at an empty queue. */
  public long progressNanos() {
    return progressNanos;
  }

  /** Returns true if a reader was stuck in the last ten minutes, so that another may be soon. */
  boolean wasStuckLately(long nowNanos) {
    return carefulUntilNanos - nowNanos > 0;
  }

  /** One reader's claim to the lease. */
  final class Claim {
    private volatile long busySinceNanos;
    private volatile boolean busy;

    private Claim() {}

    /** Returns true while this reader holds the lease. */
    boolean isHeld() {
      return holder.get() == this;
    }

    /** The reader begins a step that should not take long. */
    void begin(long nowNanos) {
      busySinceNanos = nowNanos;
      busy = true;
    }

    /** The reader is done with its step. */
    void end(long nowNanos) {
      busy = false;
      progressNanos = nowNanos;
    }

    /** Takes the lease from a reader that is in one step for longer than {@code limitNanos}. */
    void takeOver(long nowNanos, long limitNanos) {
      Claim other = holder.get();
      if (other != null
          && other != this
          && other.busy
          && nowNanos - other.busySinceNanos > limitNanos
          && holder.compareAndSet(other, this)) {
        carefulUntilNanos = nowNanos + CAREFUL_NANOS;
      }
    }
  }
}
