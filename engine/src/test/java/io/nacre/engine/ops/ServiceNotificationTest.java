package io.nacre.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.nacre.linux.ErrnoException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceNotificationTest {
  @TempDir Path directory;

  @Test
  void tellsTheServiceManagerHowWeAre() throws ErrnoException {
    String path = directory.resolve("notify").toString();
    try (DatagramSocket manager = new DatagramSocket(path)) {
      ServiceNotification service = new ServiceNotification(Optional.of(path));

      service.ready("protecting 2 paths");
      service.stopping();

      assertThat(manager.receive()).isEqualTo("READY=1\nSTATUS=protecting 2 paths");
      assertThat(manager.receive()).isEqualTo("STOPPING=1");
      assertThat(manager.receive()).isEmpty();
    }
  }

  @Test
  void tellsAServiceManagerWithAnAbstractName() throws ErrnoException {
    String name = "@nacre-notify-" + ProcessHandle.current().pid();
    try (DatagramSocket manager = new DatagramSocket(name)) {
      new ServiceNotification(Optional.of(name)).stopping();

      assertThat(manager.receive()).isEqualTo("STOPPING=1");
    }
  }

  @Test
  void goesOnIfNobodyListens() {
    String path = directory.resolve("none").toString();

    assertThatCode(() -> new ServiceNotification(Optional.of(path)).ready("x"))
        .doesNotThrowAnyException();
  }

  @Test
  void saysNothingWithoutAServiceManager() {
    assertThatCode(() -> new ServiceNotification(Optional.empty()).ready("x"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "relative", "vsock:2:1234"})
  void saysNothingToAnAddressItDoesNotKnow(String address) {
    assertThatCode(() -> new ServiceNotification(Optional.of(address)).ready("x"))
        .doesNotThrowAnyException();
  }
}
