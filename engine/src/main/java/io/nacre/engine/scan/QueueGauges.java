package io.nacre.engine.scan;

import java.util.concurrent.atomic.LongAdder;

/** How full the waiting room is; written by its stage, read by anybody. */
public final class QueueGauges {

  /**
   * One reading.
   *
   * @param waiting requests that wait for a scanner, or for a scan that another one leads
   * @param scanning files being scanned for requests
   * @param late requests answered at their deadline whose file is still to be scanned
   * @param givenUp late requests that had to make room, so that their file was never scanned
   * @param shared requests that shared the scan of another one
   */
  public record Counts(int waiting, int scanning, int late, long givenUp, long shared) {}

  private volatile int waiting;
  private volatile int scanning;
  private volatile int late;
  private volatile boolean queued;
  private final LongAdder givenUp = new LongAdder();
  private final LongAdder shared = new LongAdder();

  void set(int waiting, int scanning, int late, boolean queued) {
    this.queued = queued;
    this.waiting = waiting;
    this.scanning = scanning;
    this.late = late;
  }

  /** Counts a late request that made room for a new one. */
  void addGivenUp() {
    givenUp.increment();
  }

  /** Counts a request that shared the scan of another one. */
  void addShared() {
    shared.increment();
  }

  /** Returns whether an opener waits because no scanner is free. */
  public boolean isAnybodyQueued() {
    return queued;
  }

  /** Returns the present counts. */
  public Counts counts() {
    return new Counts(waiting, scanning, late, givenUp.sum(), shared.sum());
  }
}
