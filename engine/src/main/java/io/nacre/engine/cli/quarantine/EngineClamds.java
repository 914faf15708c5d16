package io.nacre.engine.cli.quarantine;

import io.nacre.engine.clamd.ClamdQueries;
import io.nacre.engine.clamd.ClamdSocketPath;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.ClamdConfig.Endpoint;
import io.nacre.engine.config.ClamdConfig.Location;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.control.ControlClient;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Fd;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The clamds of an engine, for a command that has one file scanned: those of the running engine,
 * then those that its configuration names.
 */
final class EngineClamds {
  private static final Path SOCKET = Path.of("/run/nacre/nacre.sock");
  private static final Duration TIMEOUT = Duration.ofSeconds(130);

  private final Optional<EngineConfig> config;

  /** The clamds of {@code config}, or of an engine with the defaults. */
  EngineClamds(Optional<EngineConfig> config) {
    this.config = config;
  }

  /** Returns the verdict of the first clamd that gives one. */
  Verdict scan(Fd file) {
    String problem =
        "there is no clamd; name the configuration of the engine with --config, or its"
            + " clamd.conf with --clamd-conf";
    for (ClamdAddress clamd : addresses()) {
      try {
        Verdict verdict = ClamdQueries.scan(clamd, file, TIMEOUT);
        if (!(verdict instanceof Verdict.Unscanned unscanned)) {
          return verdict;
        }
        problem = clamd + ": " + unscanned.detail();
      } catch (IOException e) {
        problem = clamd + ": " + e.getMessage();
      }
    }
    return new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, problem);
  }

  private List<ClamdAddress> addresses() {
    Stream<Location> configured =
        config.isPresent()
            ? config.get().clamd().endpoints().stream().map(Endpoint::location)
            : Stream.of(new Location.Automatic());
    return Stream.concat(ofRunning().stream(), configured.flatMap(EngineClamds::address))
        .distinct()
        .toList();
  }

  private List<ClamdAddress> ofRunning() {
    Path socket = config.flatMap(known -> known.start().controlSocket()).orElse(SOCKET);
    try {
      JsonObject status = ControlClient.ask(socket, "status");
      return status.getObjects("clamd.endpoints").stream()
          .flatMap(clamd -> ClamdAddress.parse(clamd.getString("address")).stream())
          .toList();
    } catch (IOException | IllegalArgumentException e) {
      return List.of(); // none is running
    }
  }

  private static Stream<ClamdAddress> address(Location location) {
    if (location instanceof ClamdAddress address) {
      return Stream.of(address);
    }
    if (location instanceof Location.Embedded) {
      return Stream.empty(); // a clamd of the engine's own ends with the engine
    }
    try (WakeUp never = WakeUp.open()) {
      return ClamdSocketPath.findAnswering(never).map(ClamdAddress.Unix::new).stream()
          .map(ClamdAddress.class::cast);
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
