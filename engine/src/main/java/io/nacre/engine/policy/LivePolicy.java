package io.nacre.engine.policy;

/**
 * The current policy; for any thread.
 *
 * <p>A reader thread takes {@link #current} once for each event, and the event keeps it. So no
 * event is judged by two generations, and a new policy needs no pause.
 */
public final class LivePolicy {
  private volatile Policy current;

  /** Starts with {@code first}. */
  public LivePolicy(Policy first) {
    this.current = first;
  }

  /** Returns the policy for an event that is read now. */
  public Policy current() {
    return current;
  }

  /** Makes {@code next} the policy of all events that are read from now on. */
  public synchronized void publish(Policy next) {
    if (next.generation() <= current.generation()) {
      throw new IllegalArgumentException(
          "generation " + next.generation() + " is not newer than " + current.generation());
    }
    current = next;
  }
}
