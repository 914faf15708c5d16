package io.nacre.engine.clamd;

import java.util.Comparator;
import java.util.List;

/**
 * All clamds together; for any thread.
 *
 * @param endpoints each of them; at least one
 */
public record Clamds(List<ClamdEndpoint> endpoints) {
  /** From the best state for a blocked process to the worst. */
  private static final List<ClamdHealth.State> BEST_FIRST =
      List.of(
          ClamdHealth.State.UP,
          ClamdHealth.State.BUSY,
          ClamdHealth.State.STARTING,
          ClamdHealth.State.UNKNOWN,
          ClamdHealth.State.RELOADING,
          ClamdHealth.State.SILENT,
          ClamdHealth.State.DOWN);

  public Clamds {
    endpoints = List.copyOf(endpoints);
  }

  /** Returns the state of the clamd in the best state: it serves the processes that wait. */
  public ClamdHealth.Reading best() {
    return endpoints.stream()
        .map(endpoint -> endpoint.health().reading())
        .min(Comparator.comparingInt(reading -> BEST_FIRST.indexOf(reading.state())))
        .orElseThrow();
  }

  /** Returns true if none of them answers commands; those that are down do not count. */
  public boolean areUnresponsive() {
    return best().state().isUnresponsive();
  }

  /** Returns the most concurrent scans of all of them. */
  public int connections() {
    return endpoints.stream().mapToInt(endpoint -> endpoint.settings().connections()).sum();
  }
}
