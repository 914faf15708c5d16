package io.nacre.engine.cli.demo;

import io.nacre.engine.control.ControlClient;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The engine of the demo: a process of its own, with a clamd of its own. */
final class DemoEngine implements AutoCloseable {
  private static final Duration START_BOUND = Duration.ofMinutes(2);
  private static final Duration STOP_BOUND = Duration.ofSeconds(5);

  private final Process process;
  private final Path log;
  private final Path control;
  private final long startNanos = System.nanoTime();
  private long readyNanos;
  private List<ProcessHandle> children = List.of();

  private DemoEngine(Process process, Path log, Path control) {
    this.process = process;
    this.log = log;
    this.control = control;
  }

  /** Starts an engine for {@code tree}, and waits until it is ready or has ended. */
  static DemoEngine start(Path directory, Path tree, Duration deadline)
      throws IOException, InterruptedException {
    Path control = directory.resolve("nacre.sock");
    Path log = directory.resolve("nacre.log");
    Path configuration = directory.resolve("nacre.conf");
    Files.writeString(
        configuration,
        Json.write(
            Map.of(
                "nacre",
                Map.of(
                    "protect", List.of(tree.toString()),
                    "deadline", deadline.toMillis() + " ms",
                    "detection", Map.of("events", ""),
                    "clamd", Map.of("endpoints", List.of("embedded")),
                    "control", Map.of("socket", control.toString())))));
    Process process =
        new ProcessBuilder(
                System.getProperty("nacre.launcher", "nacre"),
                "run",
                "--config",
                configuration.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(log.toFile())
            .start();
    DemoEngine engine = new DemoEngine(process, log, control);
    await(START_BOUND, () -> engine.isReady() || !process.isAlive());
    engine.readyNanos = System.nanoTime();
    engine.children = process.descendants().toList();
    return engine;
  }

  boolean isReady() {
    return process.isAlive() && messages().contains("nacre: ready");
  }

  /** Returns the messages of the engine. */
  String messages() {
    try {
      return Files.readString(log).strip();
    } catch (IOException e) {
      return "";
    }
  }

  Duration startedIn() {
    return Duration.ofNanos(readyNanos - startNanos);
  }

  void freezeClamd() throws IOException, InterruptedException {
    signalClamd("STOP");
  }

  void thawClamd() throws IOException, InterruptedException {
    signalClamd("CONT");
  }

  /** Waits until a request is queued in the engine. */
  void awaitQueuedRequest() throws InterruptedException {
    await(
        Duration.ofSeconds(2),
        () -> {
          try {
            JsonObject status = ControlClient.ask(control, "status");
            return status.getInt("waiting") + status.getInt("scanning") > 0;
          } catch (IOException e) {
            return false;
          }
        });
  }

  /** Stops the engine as Ctrl-C does, and returns how long that took. */
  Duration stop() throws InterruptedException {
    long beforeNanos = System.nanoTime();
    process.destroy();
    process.waitFor(STOP_BOUND.toMillis(), TimeUnit.MILLISECONDS);
    return Duration.ofNanos(System.nanoTime() - beforeNanos);
  }

  int exitCode() {
    return process.isAlive() ? -1 : process.exitValue();
  }

  /** Returns how many of the engine's processes are still there. */
  long processesLeft() {
    return children.stream().filter(ProcessHandle::isAlive).count() + (process.isAlive() ? 1 : 0);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private void signalClamd(String signal) throws IOException, InterruptedException {
    String pids =
        children.stream()
            .map(child -> String.valueOf(child.pid()))
            .collect(Collectors.joining(" "));
    new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pids).start().waitFor();
  }

  private static void await(Duration bound, BooleanSupplier condition) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean() && deadlineNanos - System.nanoTime() > 0) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
