package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.ClamdConfig;
import io.nacre.engine.config.ClamdConfig.Endpoint;
import io.nacre.engine.config.ClamdConfig.Location;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The clamds that the engine uses, chosen by the configuration.
 *
 * @param clamds all of them
 * @param embedded the embedded clamd, if it is one of them
 */
public record ClamdSelection(Clamds clamds, Optional<EmbeddedClamd> embedded) {
  private static final Path RUN = Path.of("/run/nacre");
  private static final Duration TRIAL = Duration.ofSeconds(1);
  private static final String NO_PROGRAM =
      "no clamd answers, and none is installed to be started;"
          + " install it with: apt-get install clamav-daemon";

  /** Chooses the clamds of {@code config}; an embedded clamd is prepared, and not started yet. */
  public static ClamdSelection of(ClamdConfig config, WakeUp stop)
      throws EngineStartException, IOException {
    return of(config, stop, Optional.empty());
  }

  /** Chooses the clamds of {@code config}, which replace these; an embedded one stays. */
  ClamdSelection replacedBy(ClamdConfig config, WakeUp stop)
      throws EngineStartException, IOException {
    ClamdSelection next = of(config, stop, embedded);
    for (ClamdEndpoint endpoint : next.clamds.endpoints()) {
      clamds.endpoints().stream()
          .filter(old -> old.settings().address().equals(endpoint.settings().address()))
          .findFirst()
          .ifPresent(endpoint::setPredecessor);
    }
    return next;
  }

  private static ClamdSelection of(ClamdConfig config, WakeUp stop, Optional<EmbeddedClamd> present)
      throws EngineStartException, IOException {
    List<ClamdEndpoint> endpoints = new ArrayList<>();
    Optional<EmbeddedClamd> embedded = Optional.empty();
    for (Endpoint endpoint : config.endpoints()) {
      int connections = endpoint.connections().orElse(config.connections());
      Optional<ClamdAddress> address = find(endpoint.location(), stop);
      if (address.isEmpty()) {
        embedded = present.isPresent() ? present : Optional.of(prepare(connections));
      }
      endpoints.add(
          new ClamdEndpoint(
              new ClamdEndpoint.Settings(
                  address.orElseGet(embedded.map(EmbeddedClamd::address)::orElseThrow),
                  endpoint.transport(),
                  endpoint.weight(),
                  connections),
              new ClamdHealth(/* starting= */ address.isEmpty())));
    }
    return new ClamdSelection(new Clamds(endpoints), embedded);
  }

  /** Returns why there would be no clamd now; changes nothing. */
  public static Optional<String> complaint(ClamdConfig config) {
    boolean needsProgram =
        config.endpoints().stream()
            .map(Endpoint::location)
            .anyMatch(location -> !(location instanceof ClamdAddress) && isMissing(location));
    return needsProgram ? Optional.of(NO_PROGRAM) : Optional.empty();
  }

  private static boolean isMissing(Location location) {
    if (EmbeddedClamd.findProgram().isPresent()) {
      return false;
    }
    try (WakeUp never = WakeUp.open()) {
      return find(location, never).isEmpty();
    } catch (ErrnoException e) {
      return false;
    }
  }

  /** Returns whether a clamd answers at {@code address}, within a second. */
  public static boolean isAnswering(ClamdAddress address) {
    try {
      ClamdQueries.ping(address, TRIAL);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the address of a clamd that runs already; empty if the engine must start one. */
  private static Optional<ClamdAddress> find(Location location, WakeUp stop) {
    if (location instanceof ClamdAddress address) {
      return Optional.of(address);
    }
    return location instanceof Location.Automatic
        ? ClamdSocketPath.findAnswering(stop).map(ClamdAddress.Unix::new)
        : Optional.empty();
  }

  private static EmbeddedClamd prepare(int connections) throws EngineStartException, IOException {
    Path program =
        EmbeddedClamd.findProgram()
            .orElseThrow(() -> new EngineStartException(ExitCode.UNAVAILABLE, NO_PROGRAM));
    return EmbeddedClamd.prepare(RUN, program, connections);
  }
}
