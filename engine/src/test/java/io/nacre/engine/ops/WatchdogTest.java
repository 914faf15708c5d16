package io.nacre.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.DatagramSocket;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WatchdogTest {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final Duration TOLERANCE = Duration.ofSeconds(10);

  @TempDir Path directory;

  private final ActorTestKit testKit = ActorTestKit.create();
  private final AtomicLong nanos = new AtomicLong(1_000);
  private final AtomicLong progressNanos = new AtomicLong(1_000);
  private final AtomicInteger rearmed = new AtomicInteger();
  private final LinkedBlockingQueue<Long> counted = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private WakeUp stop;
  private volatile Duration oldest = Duration.ZERO;
  private long descriptorLimit = 1 << 20;

  @BeforeEach
  void open() throws ErrnoException {
    stop = WakeUp.open();
  }

  @AfterEach
  void close() {
    stop.signal();
    testKit.shutdownTestKit();
    stop.close();
  }

  @Test
  void armsTheTimerWhileThereIsProgress() throws Exception {
    nanos.addAndGet(TOLERANCE.toNanos());
    oldest = DEADLINE.plus(TOLERANCE);

    start(ServiceNotification.NONE);

    await().until(() -> rearmed.get() > 2);
    assertThat(ended).isEmpty();
    assertThat(counted.take()).isPositive();
  }

  @Test
  void notifiesTheServiceManager() throws Exception {
    String path = directory.resolve("notify").toString();
    try (DatagramSocket manager = new DatagramSocket(path)) {
      start(
          new ServiceNotification(
              Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "100000"),
              ProcessHandle.current().pid()));

      await().until(() -> manager.receive().equals("WATCHDOG=1\nSTATUS=well"));
      await().until(() -> manager.receive().equals("WATCHDOG=1\nSTATUS=well"));
    }
  }

  @Test
  void endsTheEngineWhenTheReadersMakeNoStep() throws Exception {
    ActorRef<Watchdog.Command> watchdog = start(ServiceNotification.NONE);
    await().until(() -> rearmed.get() > 0);

    nanos.addAndGet(TOLERANCE.plusSeconds(1).toNanos());

    assertThat(reason()).isEqualTo("no event was read for 11.0 s");
    assertArmsNothing(watchdog);
  }

  @Test
  void endsTheEngineWhenAnEventWaitsTooLong() throws Exception {
    ActorRef<Watchdog.Command> watchdog = start(ServiceNotification.NONE);
    await().until(() -> rearmed.get() > 0);

    oldest = DEADLINE.plus(TOLERANCE).plusMillis(100);

    assertThat(reason()).isEqualTo("an open waits for 15.1 s, and nacre.deadline is 5.0 s");
    assertArmsNothing(watchdog);
  }

  @Test
  void endsTheEngineBeforeNoEventCanBeRead() throws Exception {
    descriptorLimit = 20;

    ActorRef<Watchdog.Command> watchdog = start(ServiceNotification.NONE);

    assertThat(reason()).endsWith("of 20 descriptors are open, too many");
    assertThat(rearmed).hasValue(0);
    testKit.createTestProbe().expectTerminated(watchdog);
  }

  @Test
  void stopsAtTheSignal() throws Exception {
    ActorRef<Watchdog.Command> watchdog = start(ServiceNotification.NONE);
    TestProbe<Object> probe = testKit.createTestProbe();

    stop.signal();

    probe.expectTerminated(watchdog);
    assertThat(ended).isEmpty();
  }

  private ActorRef<Watchdog.Command> start(ServiceNotification service) {
    Watchdog.Setup setup =
        new Watchdog.Setup(
            progressNanos::get,
            now -> oldest,
            () -> DEADLINE,
            TOLERANCE,
            rearmed::incrementAndGet,
            descriptorLimit,
            count -> !counted.add(count),
            service,
            () -> "well",
            ended::add,
            stop,
            nanos::get);
    return testKit.spawn(
        Watchdog.create(setup), DispatcherSelector.fromConfig("nacre.pinned-dispatcher"));
  }

  private String reason() throws InterruptedException {
    String reason = ended.poll(10, TimeUnit.SECONDS);
    assertThat(reason).isNotNull();
    return reason;
  }

  private void assertArmsNothing(ActorRef<Watchdog.Command> watchdog) {
    int before = rearmed.get();
    testKit.createTestProbe().expectTerminated(watchdog);
    assertThat(rearmed).hasValue(before);
  }
}
