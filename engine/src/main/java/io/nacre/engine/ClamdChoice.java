package io.nacre.engine;

import io.nacre.engine.clamd.ClamdSocketPath;
import io.nacre.engine.clamd.EmbeddedClamd;
import io.nacre.engine.config.EngineConfig.ClamdConfig;
import io.nacre.engine.config.EngineConfig.Endpoint;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which clamd the engine works with.
 *
 * @param socket where it listens
 * @param embedded our own, if it is ours
 */
record ClamdChoice(String socket, Optional<EmbeddedClamd> embedded) {
  private static final Path RUN = Path.of("/run/nacre");

  /** Chooses as the configuration says; an embedded clamd is prepared, and not started yet. */
  static ClamdChoice of(ClamdConfig config, WakeUp stop) throws EngineStartException, IOException {
    if (config.endpoint() instanceof Endpoint.Unix unix) {
      return new ClamdChoice(unix.path(), Optional.empty());
    }
    if (config.endpoint() instanceof Endpoint.Automatic) {
      Optional<String> found = ClamdSocketPath.findAnswering(stop);
      if (found.isPresent()) {
        return new ClamdChoice(found.get(), Optional.empty());
      }
    }
    Path program =
        EmbeddedClamd.findProgram()
            .orElseThrow(
                () ->
                    new EngineStartException(
                        ExitCode.UNAVAILABLE,
                        "no clamd answers, and none is installed to be started;"
                            + " install it with: apt-get install clamav-daemon"));
    EmbeddedClamd embedded = EmbeddedClamd.prepare(RUN, program, config.connections());
    return new ClamdChoice(embedded.socket().toString(), Optional.of(embedded));
  }
}
