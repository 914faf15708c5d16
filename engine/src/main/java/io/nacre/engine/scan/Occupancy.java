package io.nacre.engine.scan;

/** How full the waiting room is; written by its stage, read by anybody. */
public final class Occupancy {

  /**
   * One reading.
   *
   * @param waiting requests that wait for a scanner
   * @param scanning requests whose file is being scanned
   * @param late requests answered at their deadline whose file is still to be scanned
   */
  public record Counts(int waiting, int scanning, int late) {}

  private volatile int waiting;
  private volatile int scanning;
  private volatile int late;

  void set(int waiting, int scanning, int late) {
    this.waiting = waiting;
    this.scanning = scanning;
    this.late = late;
  }

  /** Returns the present counts. */
  public Counts counts() {
    return new Counts(waiting, scanning, late);
  }
}
