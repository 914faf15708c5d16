package io.nacre.engine.detection.sink;

import io.nacre.engine.log.Printable;
import io.nacre.linux.process.ProcessGroup;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * One run of a hook: without a shell, in a session of its own, with the facts about the detection
 * as its environment, and for a bounded time.
 *
 * <p>At the end of its time the engine kills the first process group of its session. timeout(1)
 * does so a little later, in case the engine has ended.
 */
final class HookProcess {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String SETSID = "/usr/bin/setsid";
  private static final String TIMEOUT = "/usr/bin/timeout";

  /** By how much timeout(1) is later than the engine. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final long POLL_MILLIS = 20;
  private static final int LINES_MAX = 20;
  private static final int BYTES_MAX = 8 * 1024;

  private HookProcess() {}

  /** How a run ended. */
  enum Kind {
    ENDED,
    FAILED,
    TIMED_OUT
  }

  /**
   * How a run ended.
   *
   * @param detail why it failed, for people
   */
  record Outcome(Kind kind, String detail) {}

  /**
   * Runs {@code command} to its end, or to the end of its time.
   *
   * @param input its standard input
   * @param begun gets the number of its process, which leads its session
   * @param output gets the first lines of its output, made printable
   */
  static Outcome run(
      List<String> command,
      Map<String, String> environment,
      String input,
      Duration limit,
      LongConsumer begun,
      Consumer<String> output) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Process process;
    try {
      process = start(command, environment, limit);
    } catch (IOException e) {
      return new Outcome(Kind.FAILED, String.valueOf(e.getMessage()));
    }
    begun.accept(process.pid());
    try {
      feed(process, input);
      boolean hasEnded = await(process, deadlineNanos, printed);
      kill(process); // and the processes it left behind
      drain(process.getInputStream(), printed);
      report(printed, output);
      if (!hasEnded) {
        return new Outcome(Kind.TIMED_OUT, "");
      }
      int code = process.exitValue();
      return code == 0
          ? new Outcome(Kind.ENDED, "")
          : new Outcome(Kind.FAILED, "it ended with " + code);
    } catch (IOException e) {
      return new Outcome(Kind.FAILED, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(Kind.FAILED, "the engine stops");
    } finally {
      closeOutput(process);
    }
  }

  private static Process start(
      List<String> command, Map<String, String> environment, Duration limit) throws IOException {
    List<String> bounded = new ArrayList<>(List.of(SETSID, TIMEOUT, "--signal=KILL"));
    bounded.add(String.format(Locale.ROOT, "%.3f", limit.plus(GRACE).toMillis() / 1_000.0));
    bounded.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(bounded).directory(new File("/")).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", PATH);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Does not wait: a pipe holds all of it, whether the hook reads it or not. */
  private static void feed(Process process, String input) {
    try (OutputStream in = process.getOutputStream()) {
      in.write((input + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it has ended without reading it
    }
  }

  private static boolean await(Process process, long deadlineNanos, ByteArrayOutputStream printed)
      throws InterruptedException, IOException {
    while (deadlineNanos - System.nanoTime() > 0) {
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
      drain(process.getInputStream(), printed);
    }
    return false;
  }

  private static void kill(Process process) throws InterruptedException {
    ProcessGroup.kill((int) process.pid());
    // In case it leads no group yet; by its handle, which leaves its output open.
    boolean unused = process.toHandle().destroyForcibly();
    process.waitFor(1, TimeUnit.SECONDS);
  }

  /** Reads the available output without waiting: a process may keep the pipe open for ever. */
  private static void drain(InputStream from, ByteArrayOutputStream printed) throws IOException {
    for (int available = from.available(); available > 0; available = from.available()) {
      byte[] bytes = from.readNBytes(Math.min(available, BYTES_MAX));
      printed.write(bytes, 0, Math.min(bytes.length, BYTES_MAX - printed.size()));
      if (bytes.length == 0) {
        return;
      }
    }
  }

  private static void report(ByteArrayOutputStream printed, Consumer<String> output) {
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    lines.stream().limit(LINES_MAX).map(Printable::of).forEach(output);
    if (lines.size() > LINES_MAX || printed.size() == BYTES_MAX) {
      output.accept("(further output is not logged)");
    }
  }

  private static void closeOutput(Process process) {
    try {
      process.getInputStream().close();
    } catch (IOException e) {
      // its output was read before
    }
  }
}
