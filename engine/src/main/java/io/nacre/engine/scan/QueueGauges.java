package io.nacre.engine.scan;

import java.util.concurrent.atomic.LongAdder;

/** How full the scheduler is; written by its stage, read by any thread. */
public final class QueueGauges {

  /**
   * One reading.
   *
   * @param waiting requests that wait for a scanner, or for a scan that another one leads
   * @param scanning files being scanned for requests
   * @param deferred requests answered at their deadline whose file is still to be scanned
   * @param shed deferred requests that had to make room, so that their file was not scanned
   * @param shared requests that shared the scan of another one
   */
  public record Counts(int waiting, int scanning, int deferred, long shed, long shared) {
    /** The counts of a stream that does not run yet. */
    static final Counts EMPTY = new Counts(0, 0, 0, 0, 0);
  }

  private volatile int waiting;
  private volatile int scanning;
  private volatile int deferred;
  private volatile boolean hasBlockedOpeners;
  private final LongAdder shed = new LongAdder();
  private final LongAdder shared = new LongAdder();

  void set(int waiting, int scanning, int deferred, boolean hasBlockedOpeners) {
    this.hasBlockedOpeners = hasBlockedOpeners;
    this.waiting = waiting;
    this.scanning = scanning;
    this.deferred = deferred;
  }

  /** Counts a deferred request that made room for a new one. */
  void addShed() {
    shed.increment();
  }

  /** Counts a request that shared the scan of another one. */
  void addShared() {
    shared.increment();
  }

  /** Returns whether an opener waits because no scanner is free. */
  boolean hasBlockedOpeners() {
    return hasBlockedOpeners;
  }

  /** Returns the present counts. */
  public Counts counts() {
    return new Counts(waiting, scanning, deferred, shed.sum(), shared.sum());
  }
}
