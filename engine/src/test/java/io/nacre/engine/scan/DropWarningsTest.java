package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DropWarningsTest {
  private final ActorTestKit testKit =
      ActorTestKit.create(
          "drop-warnings", ManualTime.config().withFallback(ActorTestKit.applicationTestConfig()));
  private final ManualTime time = ManualTime.get(testKit.system());
  private final AtomicLong dropped = new AtomicLong();

  @AfterEach
  void close() {
    testKit.shutdownTestKit();
  }

  @Test
  void sayHowManyWereDroppedAtMostOnceAMinute() {
    testKit.spawn(DropWarnings.create(dropped::get));
    dropped.set(3);

    String first = warned("3 written files", Duration.ofSeconds(2));
    dropped.set(10);
    warned("7 written files", Duration.ofMinutes(1));
    LoggingTestKit.warn("written files")
        .withOccurrences(0)
        .expect(
            testKit.system(),
            () -> {
              time.timePasses(Duration.ofMinutes(5));
              return "quiet";
            });

    assertThat(first).isEqualTo("warned");
  }

  private String warned(String message, Duration within) {
    return LoggingTestKit.warn(message)
        .expect(
            testKit.system(),
            () -> {
              time.timePasses(within);
              return "warned";
            });
  }
}
