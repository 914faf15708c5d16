package io.nacre.engine.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file by which an engine tells the launcher's {@code run --supervise} which process is the
 * engine after a hand-over. No file: the engine ended in order.
 */
public final class SupervisorFile {
  private static final Logger LOG = LoggerFactory.getLogger(SupervisorFile.class);
  private static final String VARIABLE = "NACRE_SUPERVISOR";

  private SupervisorFile() {}

  /** Writes that process {@code pid} is the engine, if a launcher supervises it. */
  public static void write(long pid) {
    path()
        .ifPresent(
            path -> {
              try {
                Files.writeString(path, pid + "\n");
              } catch (IOException e) {
                LOG.warn("the supervisor cannot follow process {}: {}", pid, e.getMessage());
              }
            });
  }

  /** Removes the file: the engine ends in order, and must not be started again. */
  public static void remove() {
    path()
        .ifPresent(
            path -> {
              try {
                Files.deleteIfExists(path);
              } catch (IOException e) {
                LOG.warn("the supervisor starts the engine again: {}", e.getMessage());
              }
            });
  }

  private static Optional<Path> path() {
    return Optional.ofNullable(System.getenv(VARIABLE)).map(Path::of);
  }
}
