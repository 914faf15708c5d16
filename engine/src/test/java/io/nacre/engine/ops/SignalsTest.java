package io.nacre.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a signal that no other code uses here, and that a process ignores by default. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignalsTest {

  @Test
  void runTheActionEachTime() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Signals.on("WINCH", runs::incrementAndGet);

    for (int i = 1; i <= 3; i++) {
      raise();
      int expected = i;
      await().until(() -> runs.get() == expected);
    }
  }

  @Test
  void runTheLatestAction() throws Exception {
    AtomicInteger earlier = new AtomicInteger();
    AtomicInteger later = new AtomicInteger();
    Signals.on("WINCH", earlier::incrementAndGet);
    Signals.on("WINCH", later::incrementAndGet);

    raise();

    await().until(() -> later.get() == 1);
    assertThat(earlier).hasValue(0);
  }

  @Test
  void refuseASignalThatCannotBeHandled() {
    assertThatThrownBy(() -> Signals.on("KILL", () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("KILL");
    assertThatThrownBy(() -> Signals.on("NOSUCH", () -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void raise() throws IOException, InterruptedException {
    String pid = String.valueOf(ProcessHandle.current().pid());
    assertThat(new ProcessBuilder("kill", "-WINCH", pid).start().waitFor()).isZero();
  }
}
