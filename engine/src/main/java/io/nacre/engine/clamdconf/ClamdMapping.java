package io.nacre.engine.clamdconf;

import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The options for the address of clamd and its concurrent scans. */
final class ClamdMapping {
  private static final String ENDPOINTS = "nacre.clamd.endpoints";
  private static final Set<String> ANY = Set.of("any", "0.0.0.0", "::");
  private static final int PORT_MAX = 65_535;

  private final Translation to;

  private ClamdMapping(Translation to) {
    this.to = to;
  }

  static void translate(Translation to) {
    ClamdMapping mapping = new ClamdMapping(to);
    Optional<Setting> local = to.conf().first("LocalSocket");
    if (local.isPresent()) {
      mapping.local(local.get());
    } else {
      mapping.tcp();
    }
    to.conf().first("OnAccessMaxThreads").ifPresent(mapping::connections);
    to.conf()
        .first("OnAccessRetryAttempts")
        .ifPresent(
            setting ->
                to.set(
                    "nacre.clamd.retries",
                    setting,
                    OptionType.number(setting.value()).orElseThrow()));
  }

  /** Returns true if files reach clamd as a stream. */
  static boolean isRemote(ClamdConf conf) {
    return conf.first("LocalSocket").isEmpty() && conf.first("TCPSocket").isPresent();
  }

  private void local(Setting setting) {
    if (!setting.value().startsWith("/")) {
      to.problem(setting, "must be an absolute path, not " + setting.value());
      return;
    }
    String address = "unix:" + setting.value();
    to.put(ENDPOINTS, to.value(setting, List.of(to.value(setting, address))));
    to.note(setting, address + ", with files passed as descriptors");
    to.conf()
        .first("TCPSocket")
        .ifPresent(tcp -> to.note(tcp, "is not used, since LocalSocket is set"));
    to.conf().all("TCPAddr").forEach(tcp -> to.note(tcp, "is not used, since LocalSocket is set"));
  }

  private void tcp() {
    Optional<Setting> socket = to.conf().first("TCPSocket");
    List<Setting> hosts = to.conf().all("TCPAddr").toList();
    if (socket.isEmpty()) {
      hosts.forEach(host -> to.note(host, "means nothing without TCPSocket"));
      to.note("neither LocalSocket nor TCPSocket is set; clamd is looked for at its usual sockets");
      return;
    }
    int port = OptionType.number(socket.get().value()).orElseThrow();
    if (port < 1 || port > PORT_MAX) {
      to.problem(socket.get(), "must be from 1 to " + PORT_MAX);
      return;
    }
    Map<String, Setting> addresses = new LinkedHashMap<>();
    hosts.forEach(host -> addresses.putIfAbsent(address(host.value(), port), host));
    if (hosts.isEmpty()) {
      addresses.put(address("any", port), socket.get());
    }
    List<ConfigValue> endpoints = new ArrayList<>();
    addresses.forEach(
        (address, setting) -> {
          endpoints.add(to.value(setting, address));
          to.note(setting, address + ", with files sent as their content");
        });
    to.put(ENDPOINTS, to.value(socket.get(), endpoints));
  }

  /** Returns the address for {@code host}; a wildcard address includes the loopback address. */
  private static String address(String host, int port) {
    if (ANY.contains(host)) {
      return "tcp:" + (host.equals("::") ? "[::1]" : "127.0.0.1") + ":" + port;
    }
    return host.indexOf(':') < 0 ? "tcp:" + host + ":" + port : "tcp:[" + host + "]:" + port;
  }

  private void connections(Setting setting) {
    int threads = OptionType.number(setting.value()).orElseThrow();
    if (threads == 0) {
      to.problem(setting, "0 threads would scan nothing; take the line away for a good number");
    } else {
      to.set("nacre.clamd.connections", setting, threads);
    }
  }
}
