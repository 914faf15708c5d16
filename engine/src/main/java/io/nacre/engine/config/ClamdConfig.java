package io.nacre.engine.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The {@code nacre.clamd} block.
 *
 * @param endpoints where clamds listen; not empty
 * @param connections concurrent scans at each endpoint that does not say otherwise
 * @param startTimeout how long the embedded clamd may take to load its signatures
 * @param connectTimeout the longest wait for a connection
 * @param scanTimeout the longest wait for one verdict
 * @param retries how often a file is scanned again when the session breaks
 * @param hedgeAfter the time after which a second clamd gets the same scan; empty for never
 * @param database the directory of the signatures of each clamd on this machine, if it is
 *     configured
 * @param hasOfficialSignatures whether no clamd has any but the official signatures
 */
public record ClamdConfig(
    List<Endpoint> endpoints,
    int connections,
    Duration startTimeout,
    Duration connectTimeout,
    Duration scanTimeout,
    int retries,
    Optional<Duration> hedgeAfter,
    Optional<Path> database,
    boolean hasOfficialSignatures) {

  /**
   * One clamd.
   *
   * @param weight its share of the scans, relative to the other endpoints
   * @param connections concurrent scans, if they differ from the block's
   * @param transport how contents reach it
   */
  public record Endpoint(
      Location location, int weight, Optional<Integer> connections, Transport transport) {}

  /** Where a clamd listens: an address, or a choice that the start makes. */
  public sealed interface Location permits Location.Automatic, Location.Embedded, ClamdAddress {
    /** At one of the usual sockets; else the engine starts an embedded clamd. */
    record Automatic() implements Location {}

    /** A clamd that the engine starts. */
    record Embedded() implements Location {}
  }

  public ClamdConfig {
    endpoints = List.copyOf(endpoints);
  }
}
