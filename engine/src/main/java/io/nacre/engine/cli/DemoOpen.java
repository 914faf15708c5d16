package io.nacre.engine.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How another process fared that opened a file.
 *
 * @param exitCode of {@code cat}
 * @param said what {@code cat} said on standard error
 * @param took from its start to its end
 */
record DemoOpen(int exitCode, String said, Duration took) {
  private static final long LONGEST_SECONDS = 20;
  private static final int GIVEN_UP = -1;

  /** Has {@code cat} open {@code file}, and waits for it. */
  static DemoOpen by(Path file) throws IOException {
    long startNanos = System.nanoTime();
    Process cat =
        new ProcessBuilder("cat", file.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!cat.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        cat.destroyForcibly();
        return new DemoOpen(
            GIVEN_UP, "still waited after " + LONGEST_SECONDS + " s", since(startNanos));
      }
    } catch (InterruptedException e) {
      cat.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Duration took = since(startNanos);
    String said = new String(cat.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new DemoOpen(cat.exitValue(), said, took);
  }

  /** Does {@link #by} on another thread. */
  static CompletableFuture<DemoOpen> inBackground(Path file) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return by(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  boolean succeeded() {
    return exitCode == 0;
  }

  boolean wasDenied() {
    return exitCode > 0 && said.endsWith("Operation not permitted");
  }

  /** Returns what was seen, in the words of {@code cat}. */
  String describe() {
    String what = succeeded() ? "opened" : said.substring(said.lastIndexOf(": ") + 1).strip();
    return String.format(Locale.ROOT, "%s, %.1f ms with its process", what, took.toNanos() / 1e6);
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
