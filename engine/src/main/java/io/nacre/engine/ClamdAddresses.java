package io.nacre.engine;

import io.nacre.engine.clamd.ClamdAddress;
import io.nacre.engine.config.EngineConfig.Place;
import java.util.Optional;

/** The addresses of clamds whose places a configuration says. */
public final class ClamdAddresses {

  private ClamdAddresses() {}

  /** Returns the address of a clamd at {@code place}; nothing if it is to be found or started. */
  public static Optional<ClamdAddress> address(Place place) {
    if (place instanceof Place.Unix unix) {
      return Optional.of(new ClamdAddress.Unix(unix.path()));
    }
    return place instanceof Place.Tcp tcp
        ? Optional.of(new ClamdAddress.Tcp(tcp.host(), tcp.port()))
        : Optional.empty();
  }
}
