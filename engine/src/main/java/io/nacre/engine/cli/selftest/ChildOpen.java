package io.nacre.engine.cli.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The outcome of an open by another process, {@code cat}.
 *
 * @param exitCode the exit code of {@code cat}
 * @param message its last words on standard error; empty if there are none
 * @param took the time from its start to its end
 */
public record ChildOpen(int exitCode, String message, Duration took) {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final int TIMED_OUT = -1;

  /** Has {@code cat} open {@code file}, and waits for it. */
  public static ChildOpen by(Path file) throws IOException {
    return by(file, LONGEST);
  }

  /** Has {@code cat} open {@code file}, and waits for it for no longer than {@code longest}. */
  public static ChildOpen by(Path file, Duration longest) throws IOException {
    long startNanos = System.nanoTime();
    Process cat =
        new ProcessBuilder("cat", file.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!cat.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        cat.destroyForcibly();
        return new ChildOpen(
            TIMED_OUT, "still waiting after " + longest.toSeconds() + " s", since(startNanos));
      }
    } catch (InterruptedException e) {
      cat.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Duration took = since(startNanos);
    String message =
        new String(cat.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new ChildOpen(cat.exitValue(), message, took);
  }

  /** Has {@code cat} open {@code file}; another thread waits for it. */
  public static CompletableFuture<ChildOpen> inBackground(Path file) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return by(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Returns true if the file was opened and read. */
  public boolean succeeded() {
    return exitCode == 0;
  }

  /** Returns true if the open failed with {@code EPERM}. */
  public boolean wasDenied() {
    return exitCode > 0 && message.endsWith("Operation not permitted");
  }

  /** Returns the outcome in the words of {@code cat}, and how long it took. */
  public String describe() {
    return String.format(Locale.ROOT, "%s after %.1f ms", outcome(), took.toNanos() / 1e6);
  }

  /** Returns the outcome in the words of {@code cat}. */
  public String outcome() {
    return succeeded() ? "opened" : message.substring(message.lastIndexOf(": ") + 1).strip();
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
