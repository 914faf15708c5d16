package io.nacre.engine;

import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.watch.Marks;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The whole way of one event, once, before anybody depends on it: on a marked directory of our own, a
 * file is opened by us and by another process.
 *
 * <p>It shows that this kernel raises events and takes answers, and it has every class on the way
 * loaded before the first real mark: from then on a reader that had to load one could wait for
 * itself.
 */
final class Rehearsal {
  private static final Path PARENT = Path.of("/run/nacre");
  private static final long CHILD_MILLIS = 5_000;

  private Rehearsal() {}

  /** Makes the events, and sets {@code counts} to zero again when they are answered. */
  static void of(Marks marks, AnswerCounts counts) throws EngineStartException {
    try {
      Files.createDirectories(PARENT);
      Path stage = Files.createTempDirectory(PARENT, "rehearsal-");
      Path file = stage.resolve("file");
      Path secondName = stage.resolve("second-name");
      try {
        Files.writeString(file, "The gate opens this file before anybody depends on it.");
        // A file with two names could be anywhere, so that no path rule keeps it from its scan.
        Files.createLink(secondName, file);
        try (Directory directory =
            Directory.open(stage.toString().getBytes(StandardCharsets.UTF_8))) {
          marks.addDirectory(directory.fd());
          Files.readAllBytes(file);
          openByAnother(file);
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
    if (counts.total() == 0) {
      throw new EngineStartException(
          ExitCode.UNAVAILABLE,
          "this kernel raises no event for a file in a marked directory; nothing would be"
              + " protected");
    }
    counts.reset();
  }

  private static void openByAnother(Path file) throws IOException, EngineStartException {
    Process cat =
        new ProcessBuilder("cat", file.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!cat.waitFor(CHILD_MILLIS, TimeUnit.MILLISECONDS)) {
        cat.destroyForcibly();
        throw new EngineStartException(
            ExitCode.UNAVAILABLE, "a trial open was not answered within " + CHILD_MILLIS + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
