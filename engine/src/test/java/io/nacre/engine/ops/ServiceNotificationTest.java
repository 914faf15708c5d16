package io.nacre.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.nacre.engine.fixture.DatagramSocket;
import io.nacre.linux.ErrnoException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceNotificationTest {
  private static final long PID = 1234;

  @TempDir Path directory;

  @Test
  void notifiesTheServiceManager() throws ErrnoException {
    String path = directory.resolve("notify").toString();
    try (DatagramSocket manager = new DatagramSocket(path)) {
      ServiceNotification service = service(path);

      service.ready("protecting 2 paths");
      service.stopping();

      assertThat(manager.receive()).isEqualTo("READY=1\nSTATUS=protecting 2 paths");
      assertThat(manager.receive()).isEqualTo("STOPPING=1");
      assertThat(manager.receive()).isEmpty();
    }
  }

  @Test
  void notifiesAnAbstractSocket() throws ErrnoException {
    String name = "@nacre-notify-" + ProcessHandle.current().pid();
    try (DatagramSocket manager = new DatagramSocket(name)) {
      service(name).stopping();

      assertThat(manager.receive()).isEqualTo("STOPPING=1");
    }
  }

  @Test
  void goesOnWithoutAListener() {
    String path = directory.resolve("none").toString();

    assertThatCode(() -> service(path).ready("x")).doesNotThrowAnyException();
  }

  @Test
  void sendsNothingWithoutAServiceManager() {
    assertThatCode(() -> ServiceNotification.NONE.ready("x")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "relative", "vsock:2:1234"})
  void sendsNothingToAnUnknownKindOfAddress(String address) {
    assertThatCode(() -> service(address).ready("x")).doesNotThrowAnyException();
  }

  @Test
  void sendsWatchdogIfTheServiceManagerExpectsIt() throws ErrnoException {
    String path = directory.resolve("notify").toString();
    try (DatagramSocket manager = new DatagramSocket(path)) {
      Map<String, String> environment = Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "60000000");
      ServiceNotification service = new ServiceNotification(environment, PID);

      service.alive(() -> "well");
      service.alive(() -> "well"); // not due yet

      assertThat(manager.receive()).isEqualTo("WATCHDOG=1\nSTATUS=well");
      assertThat(manager.receive()).isEmpty();
    }
  }

  @Test
  void sendsWatchdogInTime() throws ErrnoException {
    String path = directory.resolve("notify").toString();
    try (DatagramSocket manager = new DatagramSocket(path)) {
      Map<String, String> environment = Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "1");
      ServiceNotification service = new ServiceNotification(environment, PID);

      service.alive(() -> "first");
      service.alive(() -> "second");

      assertThat(manager.receive()).contains("WATCHDOG=1");
      assertThat(manager.receive()).contains("WATCHDOG=1", "second");
    }
  }

  @ParameterizedTest
  @CsvSource({"'',''", "none,''", "0,''", "1000000,4321"})
  void sendsOnlyTheStatusIfNoWatchdogIsExpected(String micros, String pid) throws ErrnoException {
    String path = directory.resolve("notify").toString();
    try (DatagramSocket manager = new DatagramSocket(path)) {
      Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", path));
      environment.put("WATCHDOG_USEC", micros);
      if (!pid.isEmpty()) {
        environment.put("WATCHDOG_PID", pid);
      }

      new ServiceNotification(environment, PID).alive(() -> "well");

      assertThat(manager.receive()).isEqualTo("STATUS=well");
    }
  }

  private static ServiceNotification service(String socket) {
    return new ServiceNotification(Map.of("NOTIFY_SOCKET", socket), PID);
  }
}
