package io.nacre.engine;

import io.nacre.engine.clamd.ClamdAddress;
import io.nacre.engine.config.ClamdConfig.Location;
import java.util.Optional;

/** The addresses of clamds whose places a configuration says. */
public final class ClamdAddresses {

  private ClamdAddresses() {}

  /** Returns the address of a clamd at {@code place}; nothing if it is to be found or started. */
  public static Optional<ClamdAddress> address(Location place) {
    if (place instanceof Location.Unix unix) {
      return Optional.of(new ClamdAddress.Unix(unix.path()));
    }
    return place instanceof Location.Tcp tcp
        ? Optional.of(new ClamdAddress.Tcp(tcp.host(), tcp.port()))
        : Optional.empty();
  }
}
