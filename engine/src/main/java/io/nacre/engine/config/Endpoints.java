package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nacre.engine.config.EngineConfig.Endpoint;
import io.nacre.engine.config.EngineConfig.Place;
import io.nacre.engine.config.EngineConfig.Transport;
import io.nacre.engine.policy.NearestName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the list of clamds, and notes what is wrong with each. */
final class Endpoints {
  /** Scans at the same time at one clamd. */
  static final int CONNECTIONS_MAX = 256;

  /** The bytes of the longest path of a socket. */
  static final int SOCKET_PATH_MAX = 107;

  private static final String KEY = "nacre.clamd.endpoints";
  private static final int WEIGHT_MAX = 100;
  private static final int MOST = 32;
  private static final Set<String> KEYS = Set.of("address", "weight", "connections", "transport");
  private static final Pattern TCP =
      Pattern.compile("tcp:(?:\\[(?<ipv6>[^\\]]+)\\]|(?<host>[^\\[\\]:/]+)):(?<port>[0-9]{1,5})");

  private final Config config;
  private final Problems problems;
  private final Transport otherwise;

  /** A reader; {@code otherwise} is the transport of those that do not say theirs. */
  Endpoints(Config config, Problems problems, Transport otherwise) {
    this.config = config;
    this.problems = problems;
    this.otherwise = otherwise;
  }

  /** Returns the bytes of a path. */
  static int bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8).length;
  }

  List<Endpoint> read() {
    List<Endpoint> endpoints = new ArrayList<>();
    Set<Place> places = new HashSet<>();
    ConfigValue list = config.getValue(KEY);
    if (list.valueType() != ConfigValueType.LIST) {
      problems.add(list, KEY, "must be a list: endpoints = [\"unix:/run/clamav/clamd.ctl\"]");
    } else {
      for (ConfigValue element : config.getList(KEY)) {
        endpoint(element)
            .ifPresent(
                endpoint -> {
                  endpoints.add(endpoint);
                  if (!places.add(endpoint.place())) {
                    problems.add(element, KEY, "names the same clamd twice");
                  }
                });
      }
      if (endpoints.size() > MOST) {
        problems.add(list, KEY, "names more than " + MOST + " clamds");
      }
    }
    return endpoints.isEmpty()
        ? List.of(new Endpoint(new Place.Automatic(), 1, Optional.empty(), Optional.empty()))
        : endpoints;
  }

  private Optional<Endpoint> endpoint(ConfigValue element) {
    if (element.valueType() == ConfigValueType.STRING) {
      return place(element)
          .map(place -> endpoint(element, place, 1, Optional.empty(), Optional.empty()));
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
      problems.add(object, KEY, "lacks its address");
      return Optional.empty();
    }
    return place(address)
        .map(
            place ->
                endpoint(
                    element,
                    place,
                    number(object, "weight", WEIGHT_MAX).orElse(1),
                    number(object, "connections", CONNECTIONS_MAX),
                    transport(object)));
  }

  private Endpoint endpoint(
      ConfigValue element,
      Place place,
      int weight,
      Optional<Integer> connections,
      Optional<Transport> transport) {
    if (place instanceof Place.Tcp && transport.orElse(otherwise) == Transport.FD) {
      problems.add(
          element,
          KEY,
          "a descriptor cannot be passed over the network: transport = stream is for that");
    }
    return new Endpoint(place, weight, connections, transport);
  }

  private Optional<Place> place(ConfigValue value) {
    String address = String.valueOf(value.unwrapped());
    if (address.equals("embedded")) {
      return Optional.of(new Place.Embedded());
    }
    if (address.startsWith("unix:/")) {
      String path = address.substring("unix:".length());
      if (bytes(path) > SOCKET_PATH_MAX || path.indexOf('\0') >= 0) {
        problems.add(value, KEY, "a socket path has at most " + SOCKET_PATH_MAX + " bytes");
        return Optional.empty();
      }
      return Optional.of(new Place.Unix(path));
    }
    Matcher tcp = TCP.matcher(address);
    if (tcp.matches()) {
      int port = Integer.parseInt(tcp.group("port"));
      if (port >= 1 && port <= 65_535) {
        String host = tcp.group("ipv6") != null ? tcp.group("ipv6") : tcp.group("host");
        return Optional.of(new Place.Tcp(host, port));
      }
    }
    problems.add(
        value,
        KEY,
        address
            + " must be \"embedded\", \"unix:/path/of/the/socket\", \"tcp:host:port\" or"
            + " \"tcp:[address]:port\"");
    return Optional.empty();
  }

  private Optional<Integer> number(ConfigObject object, String key, int most) {
    ConfigValue value = object.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value.unwrapped() instanceof Integer number && number >= 1 && number <= most) {
      return Optional.of(number);
    }
    problems.add(value, KEY + "." + key, "must be a whole number from 1 to " + most);
    return Optional.empty();
  }

  private Optional<Transport> transport(ConfigObject object) {
    ConfigValue value = object.get("transport");
    if (value == null) {
      return Optional.empty();
    }
    String text = String.valueOf(value.unwrapped());
    Optional<Transport> transport =
        Stream.of(Transport.values())
            .filter(candidate -> candidate.name().toLowerCase(Locale.ROOT).equals(text))
            .findAny();
    if (transport.isEmpty()) {
      problems.add(value, KEY + ".transport", "must be auto or fd or stream or path, not " + text);
    }
    return transport;
  }
}
