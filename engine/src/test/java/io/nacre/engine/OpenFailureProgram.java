package io.nacre.engine;

import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.ConfigurationSource;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Opens engines with room for one more descriptor each time, until one can be opened. */
final class OpenFailureProgram {
  /** The limit of open files that the program needs. */
  static final int LIMIT = 1_024;

  private static final int MOST = 300;
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Path directory;
  private final EngineConfig config;
  private final List<FileInputStream> placeholders = new ArrayList<>();

  private OpenFailureProgram(Path directory) throws ConfigurationException {
    this.directory = directory;
    this.config = config(directory);
  }

  /** Ends with 0 if each refused attempt left nothing behind. */
  public static void main(String... arguments) throws Exception {
    new OpenFailureProgram(Path.of(arguments[0])).run();
    System.exit(0);
  }

  private void run() throws Exception {
    if (!open()) {
      throw new IllegalStateException(
          "an engine cannot even be opened with room for all its descriptors");
    }
    await("threads of the first engine", () -> engineThreads().isEmpty());
    int before = Descriptors.open();
    int refused = 0;
    for (int room = 1; ; room++) {
      occupyAllBut(room);
      boolean isOpen = open();
      release();
      checkNothingIsLeft(room, before);
      if (isOpen) {
        System.out.println("refused " + refused + " times, then opened");
        return;
      }
      refused++;
      if (room == MOST) {
        throw new IllegalStateException("not opened with room for " + room + " descriptors");
      }
    }
  }

  private void checkNothingIsLeft(int room, int descriptorsBefore) throws IOException {
    String with = " after an attempt with room for " + room + " descriptors";
    await("descriptors" + with, () -> Descriptors.open() <= descriptorsBefore);
    await("threads" + with, () -> engineThreads().isEmpty());
    await("a process" + with, () -> ProcessHandle.current().children().findAny().isEmpty());
    await("a control socket" + with, () -> Files.notExists(directory.resolve("control")));
    Path timers = Path.of("/proc/self/timers"); // only with CONFIG_CHECKPOINT_RESTORE
    if (Files.exists(timers) && !Files.readString(timers).isEmpty()) {
      throw new IllegalStateException("a timer of the kernel is left" + with);
    }
  }

  private static void await(String what, BooleanSupplier isGone) {
    long deadlineNanos = System.nanoTime() + SETTLED_NANOS;
    while (!isGone.getAsBoolean()) {
      if (deadlineNanos - System.nanoTime() < 0) {
        throw new IllegalStateException(what + " left: " + engineThreads() + Descriptors.targets());
      }
      Thread.onSpinWait();
    }
  }

  /** Returns whether an engine could be opened; it is closed again. */
  private boolean open() throws Exception {
    UnixSocket[] kernel;
    try {
      kernel = UnixSocket.pair();
    } catch (IOException e) {
      return false;
    }
    try (UnixSocket ours = kernel[0];
        UnixSocket theirs = kernel[1]) {
      Engine engine =
          Engine.open(
              config,
              FanotifyGroup.over(theirs.fd()),
              new EngineContext(
                  detection -> {},
                  ServiceNotification.NONE,
                  ConfigurationSource.NONE,
                  System::nanoTime,
                  Optional.empty()));
      engine.stop();
      return true;
    } catch (EngineStartException | IOException | IllegalStateException e) {
      return false;
    }
  }

  private static EngineConfig config(Path directory) throws ConfigurationException {
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
}
