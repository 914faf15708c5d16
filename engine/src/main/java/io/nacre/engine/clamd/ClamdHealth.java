package io.nacre.engine.clamd;

import java.util.Locale;

/**
 * The state of one clamd, set by its connections and its monitor; for any thread.
 *
 * <p>While clamd is down, only its monitor tries to reach it, so that requests are answered at
 * once: the circuit breaker is open, and the monitor's command is the probe that closes it.
 */
public final class ClamdHealth {

  /** Whether clamd answers. */
  public enum State {
    /** clamd was not asked yet. */
    UNKNOWN,
    /** The embedded clamd loads its signatures. */
    STARTING,
    /** clamd answers. */
    UP,
    /** clamd sends verdicts, but takes no other commands: its queue is full. */
    BUSY,
    /** clamd sends nothing while it loads new signatures. */
    RELOADING,
    /** clamd accepts connections but sends nothing: it is overloaded or frozen. */
    SILENT,
    /** clamd cannot be reached. */
    DOWN;

    /** Returns the name used in status and messages. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns true if a scan can be expected to complete. */
    public boolean isUsable() {
      return this == UP || this == BUSY || this == UNKNOWN;
    }

    /** Returns true if a scan would wait for an unknown time. */
    public boolean isUnresponsive() {
      return this == SILENT || this == RELOADING;
    }
  }

  /**
   * The state at one moment.
   *
   * @param detail clamd's VERSION while it is up, else the reason
   */
  public record Reading(State state, String detail) {}

  private volatile Reading reading;

  /** The state of a clamd that was not asked yet, or that is {@code starting}. */
  public ClamdHealth(boolean starting) {
    this.reading =
        starting
            ? new Reading(State.STARTING, "loads its signatures")
            : new Reading(State.UNKNOWN, "not asked yet");
  }

  /** Returns the current state. */
  public Reading reading() {
    return reading;
  }

  /** Returns true if a session may be opened for a scan. */
  boolean mayConnect() {
    State state = reading.state();
    return state != State.DOWN && state != State.STARTING;
  }

  /** Reports that clamd answered with {@code version}; returns true if the state changed. */
  synchronized boolean reportUp(String version) {
    return set(State.UP, version);
  }

  /** Reports that clamd sends verdicts and nothing else; returns true if the state changed. */
  synchronized boolean reportBusy(String detail) {
    return set(State.BUSY, detail);
  }

  /** Reports that clamd loads signatures and sends nothing; returns true if the state changed. */
  synchronized boolean reportReloading(String detail) {
    return reading.state() != State.STARTING && set(State.RELOADING, detail);
  }

  /** Reports that clamd does not answer; returns true if the state changed. */
  synchronized boolean reportSilent(String detail) {
    return reading.state() != State.STARTING && set(State.SILENT, detail);
  }

  /** Reports that clamd cannot be reached; returns true if the state or the reason changed. */
  synchronized boolean reportDown(String detail) {
    return reading.state() != State.STARTING && set(State.DOWN, detail);
  }

  private boolean set(State state, String detail) {
    boolean isChanged =
        reading.state() != state || (state == State.DOWN && !reading.detail().equals(detail));
    reading = new Reading(state, detail);
    return isChanged;
  }
}
