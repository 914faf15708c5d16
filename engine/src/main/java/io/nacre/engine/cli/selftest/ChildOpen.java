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
 * How another process fared that opened a file.
 *
 * @param exitCode of {@code cat}
 * @param said what {@code cat} said on standard error
 * @param took from its start to its end
 */
public record ChildOpen(int exitCode, String said, Duration took) {
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final int GIVEN_UP = -1;

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
            GIVEN_UP, "still waited after " + longest.toSeconds() + " s", since(startNanos));
      }
    } catch (InterruptedException e) {
      cat.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Duration took = since(startNanos);
    String said = new String(cat.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new ChildOpen(cat.exitValue(), said, took);
  }

  /** Does {@link #by} on another thread. */
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

  public boolean succeeded() {
    return exitCode == 0;
  }

  public boolean wasDenied() {
    return exitCode > 0 && said.endsWith("Operation not permitted");
  }

  /** Returns what was seen, in the words of {@code cat}, and how long that took. */
  public String describe() {
    return String.format(
        Locale.ROOT, "%s, %.1f ms with its process", outcome(), took.toNanos() / 1e6);
  }

  /** Returns what was seen, in the words of {@code cat}. */
  public String outcome() {
    return succeeded() ? "opened" : said.substring(said.lastIndexOf(": ") + 1).strip();
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
