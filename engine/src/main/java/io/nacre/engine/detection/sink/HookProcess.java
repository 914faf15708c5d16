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
 * One run of a hook: without a shell, in a session of its own, with an environment that says what
 * was found and nothing else, and for so long.
 *
 * <p>We kill it with all of its session's first group when its time is over; timeout(1) does so a
 * little later, if we cannot any more.
 */
final class HookProcess {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String SETSID = "/usr/bin/setsid";
  private static final String TIMEOUT = "/usr/bin/timeout";

  /** By how much timeout(1) is later than we are. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final long LOOK_MILLIS = 20;
  private static final int LINES = 20;
  private static final int MOST_BYTES = 8 * 1024;

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
   * @param detail what went wrong, for people
   */
  record Outcome(Kind kind, String detail) {}

  /**
   * Runs {@code command} to its end, or to the end of its time.
   *
   * @param input what it can read
   * @param begun is told of its process, which leads its session
   * @param output is told of the first lines that it prints, made printable
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
      boolean ended = await(process, deadlineNanos, printed);
      kill(process); // also what it left behind
      drain(process.getInputStream(), printed);
      report(printed, output);
      if (!ended) {
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

  /** Does not wait: a pipe takes all of it, whether the hook reads it or not. */
  private static void feed(Process process, String input) {
    try (OutputStream in = process.getOutputStream()) {
      in.write((input + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it has ended without having read it
    }
  }

  private static boolean await(Process process, long deadlineNanos, ByteArrayOutputStream printed)
      throws InterruptedException, IOException {
    while (deadlineNanos - System.nanoTime() > 0) {
      if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
      drain(process.getInputStream(), printed);
    }
    return false;
  }

  private static void kill(Process process) throws InterruptedException {
    ProcessGroup.kill((int) process.pid());
    // If it did not even come to lead a group; by its handle, which leaves its output open.
    boolean unused = process.toHandle().destroyForcibly();
    process.waitFor(1, TimeUnit.SECONDS);
  }

  /** Takes what is there, and waits for no more: something may keep the pipe open for ever. */
  private static void drain(InputStream from, ByteArrayOutputStream printed) throws IOException {
    for (int there = from.available(); there > 0; there = from.available()) {
      byte[] bytes = from.readNBytes(Math.min(there, MOST_BYTES));
      printed.write(bytes, 0, Math.min(bytes.length, MOST_BYTES - printed.size()));
      if (bytes.length == 0) {
        return;
      }
    }
  }

  private static void report(ByteArrayOutputStream printed, Consumer<String> output) {
    List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
    lines.stream().limit(LINES).map(Printable::of).forEach(output);
    if (lines.size() > LINES || printed.size() == MOST_BYTES) {
      output.accept("(it printed more)");
    }
  }

  private static void closeOutput(Process process) {
    try {
      process.getInputStream().close();
    } catch (IOException e) {
      // nobody needs it any more
    }
  }
}
