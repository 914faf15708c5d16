package io.nacre.engine.startup;

import io.nacre.engine.config.WatchConfig.Trigger;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A few events before the first protected path is marked: in a private directory, the engine opens
 * a file, a second process writes it, and a third one reads it.
 *
 * <p>The events show that this kernel raises events and accepts answers. They also load the classes
 * of the reader threads: a reader that loads a class from a marked file would wait for itself. The
 * file is too big to be scanned, so that a slow clamd does not delay the probe.
 */
public final class StartupProbe {
  private static final Path PARENT = Path.of("/run/nacre");
  private static final long CHILD_MILLIS = 5_000;
  private static final int OPENS = 3;
  private static final long BIGGEST = 1L << 40;

  /** The triggers that raise the events of the probe, whatever the configured ones are. */
  public static final Set<Trigger> TRIGGERS = Set.of(Trigger.OPEN, Trigger.CLOSE_WRITE);

  private StartupProbe() {}

  /**
   * Raises the events, waits for their answers, and resets {@code counts}.
   *
   * @param marks those of the group that the readers read
   * @param maxFileSizeBytes the biggest file that is scanned
   * @throws EngineStartException if no event comes, or one is not answered
   */
  public static void run(Marks marks, AnswerCounts counts, long maxFileSizeBytes)
      throws EngineStartException {
    try {
      Files.createDirectories(PARENT);
      Path stage = Files.createTempDirectory(PARENT, "probe-");
      Path file = stage.resolve("file");
      Path secondName = stage.resolve("second-name");
      try {
        writeSparse(file, Math.min(maxFileSizeBytes, BIGGEST) + 1);
        // A file with two names could be in any directory, so that no path rule answers for it.
        Files.createLink(secondName, file);
        try (Directory directory =
            Directory.open(stage.toString().getBytes(StandardCharsets.UTF_8))) {
          marks.addDirectory(directory.fd());
          Files.newInputStream(file).close();
          runChild("sh", "-c", ": >> \"$1\"", "sh", file.toString());
          runChild("head", "-c", "1", file.toString()); // after all events of the writer
          marks.removeDirectory(directory.fd());
        }
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(secondName);
        Files.deleteIfExists(stage);
      }
    } catch (IOException e) {
      throw new EngineStartException(
          ExitCode.UNAVAILABLE, "a trial open below " + PARENT + " failed: " + e.getMessage(), e);
    }
    if (!areAnswered(counts)) {
      throw new EngineStartException(
          ExitCode.UNAVAILABLE,
          "this kernel raises no event for a file in a marked directory; nothing would be"
              + " protected");
    }
    counts.reset();
  }

  /** Without prevention no child waited for the answers, so they may take a moment. */
  private static boolean areAnswered(AnswerCounts counts) {
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CHILD_MILLIS);
    while (counts.total() < OPENS && deadlineNanos - System.nanoTime() > 0) {
      Thread.onSpinWait();
    }
    return counts.total() >= OPENS;
  }

  private static void writeSparse(Path file, long size) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
  }

  private static void runChild(String... command) throws IOException, EngineStartException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(CHILD_MILLIS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new EngineStartException(
            ExitCode.UNAVAILABLE, "a trial open was not answered within " + CHILD_MILLIS + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
