package io.nacre.engine.clamd;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What is known of one clamd, shared by its connections and its monitor; for any thread.
 *
 * <p>While clamd is down nobody tries to connect before the pause is over, so that requests are
 * answered at once; each failure doubles the pause up to a bound.
 */
public final class ClamdHealth {

  /** Whether clamd answers. */
  public enum State {
    /** Nothing has been heard of it yet. */
    UNKNOWN,
    /** Our own clamd loads its signatures. */
    STARTING,
    /** It answers. */
    UP,
    /** It takes connections but says nothing: loading signatures, overloaded or frozen. */
    SILENT,
    /** It cannot be reached. */
    DOWN
  }

  /**
   * One reading.
   *
   * @param detail clamd's VERSION while it is up, else what is wrong
   */
  public record Reading(State state, String detail) {}

  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  private final LongSupplier nanoClock;
  private volatile Reading reading;
  private long pauseNanos = FIRST_PAUSE_NANOS;
  private volatile long retryAtNanos;

  /** A clamd of which nothing is known yet, or that is {@code starting}. */
  public ClamdHealth(LongSupplier nanoClock, boolean starting) {
    this.nanoClock = nanoClock;
    this.reading =
        starting
            ? new Reading(State.STARTING, "loads its signatures")
            : new Reading(State.UNKNOWN, "not asked yet");
  }

  /** Returns what is known now. */
  public Reading reading() {
    return reading;
  }

  /** Returns true if a connection may be tried now. */
  boolean mayConnect() {
    return reading.state() != State.DOWN || nanoClock.getAsLong() - retryAtNanos >= 0;
  }

  /** clamd took a connection. */
  synchronized void reached() {
    if (reading.state() == State.DOWN) {
      reading = new Reading(State.UNKNOWN, "reachable again");
    }
    pauseNanos = FIRST_PAUSE_NANOS;
  }

  /** clamd said {@code version}; returns true if that is news. */
  synchronized boolean up(String version) {
    return set(State.UP, version);
  }

  /** clamd does not answer, because of {@code detail}; returns true if that is news. */
  synchronized boolean silent(String detail) {
    return reading.state() != State.STARTING && set(State.SILENT, detail);
  }

  /** clamd could not be reached, because of {@code detail}; returns true if that is news. */
  synchronized boolean down(String detail) {
    retryAtNanos = nanoClock.getAsLong() + pauseNanos;
    pauseNanos = Math.min(pauseNanos * 2, LONGEST_PAUSE_NANOS);
    return reading.state() != State.STARTING && set(State.DOWN, detail);
  }

  private boolean set(State state, String detail) {
    boolean news = reading.state() != state;
    reading = new Reading(state, detail);
    return news;
  }
}
