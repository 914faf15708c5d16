package io.nacre.engine.clamd;

import java.util.Optional;

/**
 * The address of a clamd: its {@code LocalSocket}, or its {@code TCPAddr} and {@code TCPSocket}.
 */
public sealed interface ClamdAddress {

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
    if (text.startsWith("unix:/")) {
      return Optional.of(new Unix(text.substring("unix:".length())));
    }
    int colon = text.lastIndexOf(':');
    if (!text.startsWith("tcp:") || colon <= "tcp:".length()) {
      return Optional.empty();
    }
    String host = text.substring("tcp:".length(), colon);
    boolean isBracketed = host.startsWith("[") && host.endsWith("]");
    try {
      return Optional.of(
          new Tcp(
              isBracketed ? host.substring(1, host.length() - 1) : host,
              Integer.parseInt(text.substring(colon + 1))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
