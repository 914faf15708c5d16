package io.nacre.engine.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a clamd: its {@code LocalSocket}, or its {@code TCPAddr} and {@code TCPSocket}.
 */
public sealed interface ClamdAddress extends ClamdConfig.Location {
  Pattern TCP =
      Pattern.compile(
          "tcp:(?:\\[(?<ipv6>[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?)\\]|(?<host>[A-Za-z0-9._-]+)):(?<port>[0-9]{1,5})");
  int PORT_MAX = 65_535;

  /** A Unix socket on this machine, which accepts descriptors. */
  record Unix(String path) implements ClamdAddress {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** A TCP port; the host name is resolved for every connection. */
  record Tcp(String host, int port) implements ClamdAddress {
    @Override
    public String toString() {
      return "tcp:" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** Parses the {@code toString} of an address; empty if {@code text} is none. */
  static Optional<ClamdAddress> parse(String text) {
    if (text.startsWith("unix:/") && text.chars().noneMatch(Character::isISOControl)) {
      return Optional.of(new Unix(text.substring("unix:".length())));
    }
    Matcher tcp = TCP.matcher(text);
    if (!tcp.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(tcp.group("port"));
    String host = tcp.group("ipv6") != null ? tcp.group("ipv6") : tcp.group("host");
    return port >= 1 && port <= PORT_MAX ? Optional.of(new Tcp(host, port)) : Optional.empty();
  }
}
