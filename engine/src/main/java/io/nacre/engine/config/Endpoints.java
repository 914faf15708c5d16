package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nacre.engine.config.ClamdConfig.Endpoint;
import io.nacre.engine.config.ClamdConfig.Location;
import io.nacre.engine.policy.NearestName;
import io.nacre.engine.policy.RealPath;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The reader of the list of clamds; each wrong value is added to the problems. */
final class Endpoints {
  /** The most concurrent scans at one clamd. */
  static final int CONNECTIONS_MAX = 256;

  /** The bytes of the longest path of a socket. */
  static final int SOCKET_PATH_MAX = 107;

  private static final String KEY = "nacre.clamd.endpoints";
  private static final String TRANSPORT = "nacre.clamd.transport";
  private static final String PORT_RULE = " has no port from 1 to 65535; it";
  private static final int WEIGHT_MAX = 100;
  private static final int MOST = 32;
  private static final Set<String> KEYS = Set.of("address", "weight", "connections", "transport");

  private final Config config;
  private final Problems problems;
  private final Keys keys;

  /** The transport of each endpoint that names none. */
  private final Choice transport;

  Endpoints(Keys keys) {
    this.config = keys.config();
    this.problems = keys.problems();
    this.keys = keys;
    this.transport = transport(config.getValue(TRANSPORT), TRANSPORT);
  }

  /** A transport as it is written; {@code AUTO} is resolved by the address. */
  private enum Choice {
    AUTO,
    FD,
    STREAM;

    Transport at(Location location) {
      return switch (this) {
        case FD -> Transport.FD;
        case STREAM -> Transport.STREAM;
        case AUTO -> location instanceof ClamdAddress.Tcp ? Transport.STREAM : Transport.FD;
      };
    }
  }

  /** Returns the bytes of a path. */
  static int bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8).length;
  }

  List<Endpoint> read() {
    List<Endpoint> endpoints = new ArrayList<>();
    Set<Object> locations = new HashSet<>();
    ConfigValue list = config.getValue(KEY);
    if (list.valueType() != ConfigValueType.LIST) {
      problems.add(list, KEY, "must be a list: endpoints = [\"unix:/run/clamav/clamd.ctl\"]");
    } else {
      for (ConfigValue element : config.getList(KEY)) {
        endpoint(element)
            .ifPresent(
                endpoint -> {
                  endpoints.add(endpoint);
                  if (!locations.add(identity(endpoint.location()))) {
                    problems.add(element, KEY, "names the same clamd twice");
                  }
                });
      }
      if (endpoints.size() > MOST) {
        problems.add(list, KEY, "names more than " + MOST + " clamds");
      }
    }
    return endpoints.isEmpty() ? List.of(automatic()) : endpoints;
  }

  /** Returns what is equal for two spellings of the same address. */
  private static Object identity(Location location) {
    if (location instanceof ClamdAddress.Unix unix) {
      return RealPath.of(Path.of(unix.path()).normalize());
    }
    return location instanceof ClamdAddress.Tcp tcp
        ? new ClamdAddress.Tcp(tcp.host().toLowerCase(Locale.ROOT), tcp.port())
        : location;
  }

  private Endpoint automatic() {
    Location location = new Location.Automatic();
    return new Endpoint(location, 1, Optional.empty(), transport.at(location));
  }

  private Optional<Endpoint> endpoint(ConfigValue element) {
    if (element.valueType() == ConfigValueType.STRING) {
      return location(element)
          .map(location -> endpoint(element, location, 1, Optional.empty(), transport));
    }
    if (!(element instanceof ConfigObject object)) {
      problems.add(
          element, KEY, "holds addresses, or objects like { address = \"tcp:scanner:3310\" }");
      return Optional.empty();
    }
    object.forEach(
        (key, value) -> {
          if (!KEYS.contains(key)) {
            problems.add(
                value, KEY + "." + key, "is no such key" + NearestName.suggestion(key, KEYS));
          }
        });
    ConfigValue address = object.get("address");
    if (address == null) {
      problems.add(object, KEY, "has no address");
      return Optional.empty();
    }
    int weight = number(object, "weight", WEIGHT_MAX).orElse(1);
    Optional<Integer> connections = number(object, "connections", CONNECTIONS_MAX);
    return location(address)
        .map(
            location ->
                endpoint(
                    element,
                    location,
                    weight,
                    connections,
                    object.get("transport") == null
                        ? transport
                        : transport(object.get("transport"), KEY + ".transport")));
  }

  private Endpoint endpoint(
      ConfigValue element,
      Location location,
      int weight,
      Optional<Integer> connections,
      Choice choice) {
    if (location instanceof ClamdAddress.Tcp && choice == Choice.FD) {
      problems.add(
          element,
          KEY,
          "a descriptor cannot be passed over the network: transport = stream is for that");
    }
    return new Endpoint(location, weight, connections, choice.at(location));
  }

  private Optional<Location> location(ConfigValue value) {
    String text = String.valueOf(value.unwrapped());
    if (text.equals("embedded")) {
      return Optional.of(new Location.Embedded());
    }
    Optional<ClamdAddress> address = ClamdAddress.parse(text);
    if (address.isEmpty()) {
      problems.add(
          value,
          KEY,
          Keys.shown(text)
              + (text.matches("tcp:.*:[0-9]+") && hasWrongPort(text) ? PORT_RULE : "")
              + " must be \"embedded\", \"unix:/path/of/the/socket\", \"tcp:host:port\" or"
              + " \"tcp:[address]:port\"");
    } else if (address.get() instanceof ClamdAddress.Unix socket && isNoSocketPath(socket.path())) {
      problems.add(value, KEY, "a socket path has at most " + SOCKET_PATH_MAX + " bytes");
      return Optional.empty();
    }
    return address.map(Location.class::cast);
  }

  private static boolean hasWrongPort(String text) {
    BigInteger port = new BigInteger(text.substring(text.lastIndexOf(':') + 1));
    return port.signum() == 0 || port.bitLength() > Short.SIZE;
  }

  private static boolean isNoSocketPath(String path) {
    return bytes(path) > SOCKET_PATH_MAX || path.indexOf('\0') >= 0;
  }

  private Optional<Integer> number(ConfigObject object, String key, int most) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return Optional.empty();
    }
    return keys.number(KEY + "." + key, value, 1, most).map(Long::intValue);
  }

  private Choice transport(ConfigValue value, String key) {
    Optional<Choice> choice =
        Stream.of(Choice.values())
            .filter(candidate -> Keys.name(candidate).equals(value.unwrapped()))
            .findAny();
    if (choice.isEmpty()) {
      problems.add(
          value,
          key,
          "must be auto or fd or stream"
              + Keys.notShown(value)
              + (value.unwrapped().equals("path") ? ", which does not exist any more" : ""));
    }
    return choice.orElse(Choice.AUTO);
  }
}
