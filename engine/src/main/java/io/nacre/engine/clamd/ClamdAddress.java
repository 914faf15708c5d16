package io.nacre.engine.clamd;

/** Where a clamd listens: its {@code LocalSocket}, or its {@code TCPAddr} and {@code TCPSocket}. */
public sealed interface ClamdAddress {

  /** A socket on this machine, which takes descriptors. */
  record Unix(String path) implements ClamdAddress {
    @Override
    public String toString() {
      return "unix:" + path;
    }
  }

  /** A port of a host, whose name is looked up anew for every connection. */
  record Tcp(String host, int port) implements ClamdAddress {
    @Override
    public String toString() {
      return "tcp:" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }
}
