package io.nacre.engine.clamd;

import java.util.Locale;

/**
 * What is known of one clamd, shared by its connections and its monitor; for any thread.
 *
 * <p>While clamd is down nothing but its monitor tries to reach it, so that requests are answered
 * at once: the circuit is open, and the monitor's question is the probe that closes it.
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
    /** It sends verdicts, but takes no commands for now: its queue is full. */
    BUSY,
    /** It says nothing while it loads new signatures. */
    RELOADING,
    /** It takes connections but says nothing: overloaded or frozen. */
    SILENT,
    /** It cannot be reached. */
    DOWN;

    /** Returns the name used in status and messages. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns true if a scan can be expected to come to its end. */
    public boolean isUseful() {
      return this == UP || this == BUSY || this == UNKNOWN;
    }

    /** Returns true if a scan would wait, and nobody knows how long. */
    public boolean isQuiet() {
      return this == SILENT || this == RELOADING;
    }
  }

  /**
   * One reading.
   *
   * @param detail clamd's VERSION while it is up, else what is wrong
   */
  public record Reading(State state, String detail) {}

  private volatile Reading reading;

  /** A clamd of which nothing is known yet, or that is {@code starting}. */
  public ClamdHealth(boolean starting) {
    this.reading =
        starting
            ? new Reading(State.STARTING, "loads its signatures")
            : new Reading(State.UNKNOWN, "not asked yet");
  }

  /** Returns what is known now. */
  public Reading reading() {
    return reading;
  }

  /** Returns true if a session may be opened for a scan. */
  boolean mayConnect() {
    State state = reading.state();
    return state != State.DOWN && state != State.STARTING;
  }

  /** clamd said {@code version}; returns true if that is news. */
  synchronized boolean up(String version) {
    return set(State.UP, version);
  }

  /** clamd sends verdicts and nothing else; returns true if that is news. */
  synchronized boolean busy(String detail) {
    return set(State.BUSY, detail);
  }

  /** clamd loads signatures and does nothing else; returns true if that is news. */
  synchronized boolean reloading(String detail) {
    return reading.state() != State.STARTING && set(State.RELOADING, detail);
  }

  /** clamd does not answer, because of {@code detail}; returns true if that is news. */
  synchronized boolean silent(String detail) {
    return reading.state() != State.STARTING && set(State.SILENT, detail);
  }

  /** clamd could not be reached, because of {@code detail}; returns true if that is news. */
  synchronized boolean down(String detail) {
    return reading.state() != State.STARTING && set(State.DOWN, detail);
  }

  private boolean set(State state, String detail) {
    boolean news =
        reading.state() != state || (state == State.DOWN && !reading.detail().equals(detail));
    reading = new Reading(state, detail);
    return news;
  }
}
