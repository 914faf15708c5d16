package io.nacre.engine.policy;

import java.util.concurrent.atomic.AtomicReference;

/**
 * The current policy; for any thread.
 *
 * <p>A reader thread takes {@link #current} once for each event, and the event keeps it. So no
 * event is judged by two generations, and a new policy needs no pause.
 */
public final class LivePolicy {
  private final AtomicReference<Policy> current;

  /** Starts with {@code first}. */
  public LivePolicy(Policy first) {
    this.current = new AtomicReference<>(first);
  }

  /** Returns the policy for an event that is read now. */
  public Policy current() {
    return current.get();
  }

  /** Makes {@code next} the policy of all events that are read from now on. */
  public void publish(Policy next) {
    current.updateAndGet(
        before -> {
          if (next.generation() <= before.generation()) {
            throw new IllegalArgumentException(
                "generation " + next.generation() + " is not newer than " + before.generation());
          }
          return next;
        });
  }
}
