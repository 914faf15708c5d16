package io.nacre.engine;

import io.nacre.engine.clamd.ClamdAddress;
import io.nacre.engine.clamd.ClamdEndpoint;
import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.clamd.ClamdSocketPath;
import io.nacre.engine.clamd.Clamds;
import io.nacre.engine.clamd.EmbeddedClamd;
import io.nacre.engine.config.ClamdConfig;
import io.nacre.engine.config.ClamdConfig.Endpoint;
import io.nacre.engine.config.ClamdConfig.Location;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which clamds the engine works with.
 *
 * @param clamds all of them
 * @param embedded our own, if one is ours
 */
record ClamdSelection(Clamds clamds, Optional<EmbeddedClamd> embedded) {
  private static final Path RUN = Path.of("/run/nacre");

  /** Chooses as the configuration says; an embedded clamd is prepared, and not started yet. */
  static ClamdSelection of(ClamdConfig config, WakeUp stop)
      throws EngineStartException, IOException {
    List<ClamdEndpoint> endpoints = new ArrayList<>();
    Optional<EmbeddedClamd> embedded = Optional.empty();
    for (Endpoint endpoint : config.endpoints()) {
      Optional<ClamdAddress> said = ClamdAddresses.address(endpoint.location());
      ClamdAddress address;
      boolean isStarting = false;
      if (said.isPresent()) {
        address = said.get();
      } else {
        Optional<String> found =
            endpoint.location() instanceof Location.Automatic
                ? ClamdSocketPath.findAnswering(stop)
                : Optional.empty();
        if (found.isEmpty()) {
          embedded = Optional.of(prepare(endpoint.connections().orElse(config.connections())));
          isStarting = true;
        }
        address =
            new ClamdAddress.Unix(
                found.orElseGet(embedded.map(own -> own.socket().toString())::orElseThrow));
      }
      endpoints.add(
          new ClamdEndpoint(settings(config, endpoint, address), new ClamdHealth(isStarting)));
    }
    return new ClamdSelection(new Clamds(endpoints), embedded);
  }

  private static EmbeddedClamd prepare(int connections) throws EngineStartException, IOException {
    Path program =
        EmbeddedClamd.findProgram()
            .orElseThrow(
                () ->
                    new EngineStartException(
                        ExitCode.UNAVAILABLE,
                        "no clamd answers, and none is installed to be started;"
                            + " install it with: apt-get install clamav-daemon"));
    return EmbeddedClamd.prepare(RUN, program, connections);
  }

  private static ClamdEndpoint.Settings settings(
      ClamdConfig config, Endpoint endpoint, ClamdAddress address) {
    return new ClamdEndpoint.Settings(
        address,
        endpoint.transport(),
        endpoint.weight(),
        endpoint.connections().orElse(config.connections()));
  }
}
