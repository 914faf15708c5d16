package io.nacre.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.json.Json;
import io.nacre.engine.ops.ServiceNotification;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.socket.UnixSocket;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine that cannot open something: each descriptor that it opens is refused once, by the limit
 * of open files, and nothing of the engine may stay behind.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenFailureIT {
  private static final Duration SETTLED = Duration.ofSeconds(10);
  private static final int LIMIT = 1_024;
  private static final int MOST = 300;

  @TempDir Path directory;

  private final List<FileInputStream> placeholders = new ArrayList<>();

  @BeforeEach
  void lowerTheLimit() throws Exception {
    limit(LIMIT);
  }

  @AfterEach
  void raiseTheLimitAgain() throws Exception {
    release();
    limit(1 << 16);
  }

  @Test
  void leavesNothingBehindWhicheverDescriptorIsRefused() throws Exception {
    assertThat(start()).as("with room, and all classes loaded").isTrue();
    await().atMost(SETTLED).until(OpenFailureIT::engineThreads, List::isEmpty);
    int before = Descriptors.open();
    int refused = 0;
    boolean hasStarted = false;
    for (int room = 1; room < MOST && !hasStarted; room++) {
      occupyAllBut(room);
      hasStarted = start();
      release();
      refused += hasStarted ? 0 : 1;

      String what = "with room for " + room + " descriptors";
      await(what).atMost(SETTLED).until(() -> Descriptors.open() <= before);
      await(what).atMost(SETTLED).until(OpenFailureIT::engineThreads, List::isEmpty);
      assertThat(directory.resolve("control")).as(what).doesNotExist();
      assertThat(ProcessHandle.current().children()).as(what).isEmpty();
      assertThat(Files.readString(Path.of("/proc/self/timers"))).as(what).isEmpty();
    }

    assertThat(hasStarted).isTrue();
    assertThat(refused).as("starts that were refused").isGreaterThan(5);
  }

  /** Returns whether an engine started; it is stopped again. */
  private boolean start() throws Exception {
    UnixSocket[] kernel;
    try {
      kernel = UnixSocket.pair();
    } catch (IOException e) {
      return false;
    }
    try (UnixSocket ours = kernel[0];
        UnixSocket theirs = kernel[1]) {
      Engine engine =
          Engine.startUnchecked(
              config(),
              FanotifyGroup.over(theirs.fd()),
              new EngineContext(detection -> {}, ServiceNotification.NONE, System::nanoTime));
      engine.stop();
      return true;
    } catch (EngineStartException | IOException e) {
      return false;
    }
  }

  private EngineConfig config() throws Exception {
    return ConfigFile.parse(
        Json.write(
            Map.of(
                "nacre",
                Map.of(
                    "protect", List.of(directory.toString()),
                    "clamd", Map.of("endpoints", List.of("unix:" + directory + "/none")),
                    "detection", Map.of("events", directory + "/events"),
                    "control", Map.of("socket", directory + "/control")))),
        "test");
  }

  private void occupyAllBut(int room) throws IOException {
    while (Descriptors.open() < LIMIT - room) {
      placeholders.add(new FileInputStream("/dev/null"));
    }
  }

  private void release() throws IOException {
    for (FileInputStream placeholder : placeholders) {
      placeholder.close();
    }
    placeholders.clear();
  }

  private static List<String> engineThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("nacre"))
        .toList();
  }

  private static void limit(int descriptors) throws Exception {
    String pid = String.valueOf(ProcessHandle.current().pid());
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid", pid, "--nofile=" + descriptors + ":" + descriptors)
            .inheritIO()
            .start();
    assertThat(prlimit.waitFor(10, SECONDS)).isTrue();
    assertThat(prlimit.exitValue()).isZero();
  }
}
