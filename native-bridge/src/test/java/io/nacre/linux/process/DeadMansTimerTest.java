package io.nacre.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.linux.fixture.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The timer kills, so it runs in a JVM of its own: a {@link Victim}. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeadMansTimerTest {
  /** 128 and SIGKILL, as a shell would say. */
  private static final int KILLED = 137;

  @Test
  void killsAProcessThatDoesNotRearm() throws Exception {
    try (ChildProcess victim = victim("waits")) {
      assertThat(victim.readLine()).isEqualTo("armed");

      assertThat(victim.exitCode()).isEqualTo(KILLED);
    }
  }

  @Test
  void killsAProcessThatIsStopped() throws Exception {
    try (ChildProcess victim = victim("rearms")) {
      assertThat(victim.readLine()).isEqualTo("armed");

      ChildProcess.run("kill", "-STOP", Integer.toString(victim.pid()));

      assertThat(victim.exitCode()).isEqualTo(KILLED);
    }
  }

  @Test
  void letsAProcessLiveThatRearms() throws Exception {
    try (ChildProcess victim = victim("rearms")) {
      assertThat(victim.readAll()).isEqualTo("armed\nalive\n");
      assertThat(victim.exitCode()).isZero();
    }
  }

  @Test
  void killsNoProcessWhenClosed() throws Exception {
    try (ChildProcess victim = victim("closes")) {
      assertThat(victim.readAll()).isEqualTo("armed\nalive\n");
      assertThat(victim.exitCode()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void needsATime(long millis) {
    assertThatThrownBy(() -> DeadMansTimer.start(Duration.ofMillis(millis)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ChildProcess victim(String does) throws IOException {
    return ChildProcess.start(ChildProcess.java(Victim.class, does));
  }

  /** Starts a timer and does one of {@code waits}, {@code rearms} or {@code closes} with it. */
  static final class Victim {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int TIMES = 30;

    private Victim() {}

    public static void main(String[] arguments) throws Exception {
      DeadMansTimer timer = DeadMansTimer.start(TIMEOUT);
      System.out.println("armed");
      if (arguments[0].equals("closes")) {
        timer.close();
        timer.rearm();
      }
      spendMoreThanTheTimeout(arguments[0].equals("rearms") ? timer::rearm : () -> {});
      System.out.println("alive");
    }

    private static void spendMoreThanTheTimeout(ThrowingRunnable meanwhile) throws Exception {
      CountDownLatch ticks = new CountDownLatch(TIMES);
      ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
      long period = TIMEOUT.toMillis() * 3 / 2 / TIMES;
      ScheduledFuture<?> ticking =
          clock.scheduleAtFixedRate(
              () -> {
                try {
                  meanwhile.run();
                  ticks.countDown();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              },
              period,
              period,
              TimeUnit.MILLISECONDS);
      ticks.await();
      ticking.cancel(false);
      clock.shutdown();
    }
  }

  private interface ThrowingRunnable {
    void run() throws IOException;
  }
}
