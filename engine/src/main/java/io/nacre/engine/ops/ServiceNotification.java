package io.nacre.engine.ops;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.socket.UnixSocket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the service manager how we are, as in sd_notify(3); says nothing if there is none. */
public final class ServiceNotification {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceNotification.class);

  private final Optional<String> socket;

  /** Notifies {@code socket}, as {@code NOTIFY_SOCKET} names it. */
  public ServiceNotification(Optional<String> socket) {
    this.socket = socket.filter(path -> path.startsWith("/") || path.startsWith("@"));
  }

  /** We protect what we were told to. */
  public void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  /** We are on our way down. */
  public void stopping() {
    send("STOPPING=1");
  }

  private void send(String state) {
    socket.ifPresent(
        path -> {
          try {
            UnixSocket.sendDatagram(path, state.getBytes(StandardCharsets.UTF_8));
          } catch (ErrnoException e) {
            LOG.warn("cannot tell the service manager {}: {}", state, e.getMessage());
          }
        });
  }
}
