package io.nacre.engine.clamd;

import java.util.Comparator;
import java.util.List;

/**
 * All clamds there are, seen as one; for any thread.
 *
 * @param endpoints each of them; at least one
 */
public record Clamds(List<ClamdEndpoint> endpoints) {
  /** From the state that is best for whoever waits to the one that is worst. */
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

  /** Returns the reading of the one that is best off: whoever waits is served by that. */
  public ClamdHealth.Reading best() {
    return endpoints.stream()
        .map(endpoint -> endpoint.health().reading())
        .min(Comparator.comparingInt(reading -> BEST_FIRST.indexOf(reading.state())))
        .orElseThrow();
  }

  /** Returns true if all of them leave questions unanswered, those that are down not counted. */
  public boolean areQuiet() {
    return best().state().isQuiet();
  }

  /** Returns how many scans they make at the same time at most. */
  public int connections() {
    return endpoints.stream().mapToInt(endpoint -> endpoint.settings().connections()).sum();
  }
}
