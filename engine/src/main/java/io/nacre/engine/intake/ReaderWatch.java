package io.nacre.engine.intake;

/**
 * What the readers of a group know of each other: when the first one entered the call it is in.
 *
 * <p>read(2) itself opens the file, and may wait there for a slow FUSE daemon or somebody's lease;
 * then the second reader takes over. One thread writes, another reads.
 */
public final class ReaderWatch {
  private volatile long busySinceNanos;
  private volatile boolean busy;

  /** The first reader begins a step that should not take long. */
  void begin(long nowNanos) {
    busySinceNanos = nowNanos;
    busy = true;
  }

  /** The first reader is done with its step. */
  void end() {
    busy = false;
  }

  /** Returns true if the first reader has been in one step for longer than {@code limitNanos}. */
  boolean isStuck(long nowNanos, long limitNanos) {
    return busy && nowNanos - busySinceNanos > limitNanos;
  }
}
