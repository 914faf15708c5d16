package io.nacre.engine.ops;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.socket.UnixSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifications to the service manager, see sd_notify(3); none if the process has no service
 * manager. Never waits. {@link #alive} belongs to one thread.
 */
public final class ServiceNotification {
  /** Sends nothing. */
  public static final ServiceNotification NONE = new ServiceNotification(Map.of(), 0);

  private static final Logger LOG = LoggerFactory.getLogger(ServiceNotification.class);
  private static final long STATUS_NANOS = Duration.ofSeconds(10).toNanos();

  private final Optional<String> socket;

  /** The time within which the manager expects WATCHDOG=1, see sd_watchdog_enabled(3). */
  private final Optional<Duration> watchdog;

  private final long periodNanos;
  private boolean wasAlive;
  private long aliveAtNanos;
  private volatile boolean failed;

  /** Notifies the manager that {@code environment} names, of the process {@code pid}. */
  public ServiceNotification(Map<String, String> environment, long pid) {
    this.socket =
        Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
            .filter(path -> path.startsWith("/") || path.startsWith("@"));
    boolean isForThisProcess =
        environment.getOrDefault("WATCHDOG_PID", String.valueOf(pid)).equals(String.valueOf(pid));
    this.watchdog =
        Optional.ofNullable(environment.get("WATCHDOG_USEC"))
            .filter(micros -> isForThisProcess && micros.matches("[1-9][0-9]{0,14}"))
            .map(micros -> Duration.ofNanos(Long.parseLong(micros) * 1000));
    // A third leaves room for a late notification.
    this.periodNanos =
        watchdog.map(time -> Math.min(time.toNanos() / 3, STATUS_NANOS)).orElse(STATUS_NANOS);
  }

  /** The protected paths are protected. */
  public void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  /** The configuration is read again; {@link #ready} follows. */
  public void reloading() {
    // The clock of nanoTime is CLOCK_MONOTONIC, as the manager needs it.
    send("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
  }

  /** Another process is the engine from now on: the manager follows it. */
  public void mainProcess(long pid) {
    send("MAINPID=" + pid);
  }

  /** The engine stops. */
  public void stopping() {
    send("STOPPING=1");
  }

  /** The engine has proven its progress; sends only as often as the manager needs. */
  public void alive(Supplier<String> status) {
    long now = System.nanoTime();
    if (socket.isPresent() && (!wasAlive || now - aliveAtNanos >= periodNanos)) {
      wasAlive = true;
      aliveAtNanos = now;
      send((watchdog.isPresent() ? "WATCHDOG=1\n" : "") + "STATUS=" + status.get());
    }
  }

  private void send(String state) {
    socket.ifPresent(
        path -> {
          try {
            UnixSocket.sendDatagram(path, state.getBytes(StandardCharsets.UTF_8));
            failed = false;
          } catch (ErrnoException e) {
            if (!failed) {
              LOG.warn("cannot notify the service manager of {}: {}", state, e.getMessage());
            }
            failed = true;
          }
        });
  }
}
