package io.nacre.engine;

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
 * A few events before anybody depends on us: in a marked directory of our own, a file is opened by
 * us, written by another process, and read by a third.
 *
 * <p>They show that this kernel raises events and takes answers, and they have every class that the
 * readers need loaded before the first real mark: from then on a reader that had to load one could
 * wait for itself. clamd has no part in it, since it may be slow: the file is too big to be
 * scanned.
 */
final class StartupProbe {
  private static final Path PARENT = Path.of("/run/nacre");
  private static final long CHILD_MILLIS = 5_000;
  private static final int OPENS = 3;
  private static final long BIGGEST = 1L << 40;

  /** What raises events, whatever does so later. */
  static final Set<Trigger> TRIGGERS = Set.of(Trigger.OPEN, Trigger.CLOSE_WRITE);

  private StartupProbe() {}

  /** Makes the events, and sets {@code counts} to zero again when they are answered. */
  static void of(Marks marks, AnswerCounts counts, long maxFileSizeBytes)
      throws EngineStartException {
    try {
      Files.createDirectories(PARENT);
      Path stage = Files.createTempDirectory(PARENT, "rehearsal-");
      Path file = stage.resolve("file");
      Path secondName = stage.resolve("second-name");
      try {
        writeSparse(file, Math.min(maxFileSizeBytes, BIGGEST) + 1);
        // A file with two names could be anywhere, so that no path rule answers for it.
        Files.createLink(secondName, file);
        try (Directory directory =
            Directory.open(stage.toString().getBytes(StandardCharsets.UTF_8))) {
          marks.addDirectory(directory.fd());
          Files.newInputStream(file).close();
          another("sh", "-c", ": >> \"$1\"", "sh", file.toString());
          another("head", "-c", "1", file.toString()); // comes behind all events of the writer
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

  /** Without prevention nobody waited for the answers, so they may take a moment. */
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

  private static void another(String... command) throws IOException, EngineStartException {
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
