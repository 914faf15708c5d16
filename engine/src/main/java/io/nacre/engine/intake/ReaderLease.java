package io.nacre.engine.intake;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Which of the readers of a group has the turn to read, and since when it is in the call it is in.
 *
 * <p>read(2) itself opens the file, and may wait there for a slow FUSE daemon or somebody's lease;
 * then another reader takes the turn. May be used from any thread; a turn is used by its reader.
 */
public final class ReaderLease {
  private static final long CAREFUL_NANOS = Duration.ofMinutes(10).toNanos();

  private final AtomicReference<@Nullable Turn> current = new AtomicReference<>();
  private volatile long progressNanos;
  private volatile long carefulUntilNanos;

  /** Nobody reads yet; the time until the first step counts from {@code nowNanos}. */
  public ReaderLease(long nowNanos) {
    this.progressNanos = nowNanos;
    this.carefulUntilNanos = nowNanos;
  }

  /** Returns the turn of one more reader; the first one has it. */
  Turn join() {
    Turn turn = new Turn();
    current.compareAndSet(null, turn);
    return turn;
  }

  /** Returns when a reader last made a step: an event, or a look at an empty queue. */
  public long progressNanos() {
    return progressNanos;
  }

  /** Returns true if a reader was stuck in the last ten minutes, so that another may be soon. */
  boolean isCareful(long nowNanos) {
    return carefulUntilNanos - nowNanos > 0;
  }

  /** One reader's turn to read, which it has or not. */
  final class Turn {
    private volatile long busySinceNanos;
    private volatile boolean busy;

    private Turn() {}

    /** Returns true while this reader is the one to read. */
    boolean isMine() {
      return current.get() == this;
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

    /**
     * Takes the turn from a reader that has been in one step for longer than {@code limitNanos}.
     */
    void takeOver(long nowNanos, long limitNanos) {
      Turn other = current.get();
      if (other != null
          && other != this
          && other.busy
          && nowNanos - other.busySinceNanos > limitNanos
          && current.compareAndSet(other, this)) {
        carefulUntilNanos = nowNanos + CAREFUL_NANOS;
      }
    }
  }
}
