package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a clamd that runs already: at the usual socket, or at the one in its configuration. */
public final class ClamdSocketPath {
  private static final Path USUAL = Path.of("/run/clamav/clamd.ctl");
  private static final List<Path> CONFIGURATIONS =
      List.of(
          Path.of("/etc/clamav/clamd.conf"),
          Path.of("/etc/clamd.d/scan.conf"),
          Path.of("/etc/clamd.conf"));
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private ClamdSocketPath() {}

  /** Returns the first of these sockets at which a clamd answers VERSION. */
  public static Optional<String> findAnswering(WakeUp stop) {
    Stream<Path> configured = CONFIGURATIONS.stream().flatMap(file -> localSocket(file).stream());
    return Stream.concat(Stream.of(USUAL), configured)
        .distinct()
        .map(Path::toString)
        .filter(path -> answers(path, stop))
        .findFirst();
  }

  private static boolean answers(String path, WakeUp stop) {
    try (ClamdSession session = ClamdSession.open(new ClamdAddress.Unix(path), TIMEOUT, stop)) {
      session.version(TIMEOUT);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false; // no process listens there, or it is no socket path
    }
  }

  private static Optional<Path> localSocket(Path configuration) {
    if (!Files.isReadable(configuration)) {
      return Optional.empty();
    }
    try {
      return localSocket(Files.readAllLines(configuration));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the {@code LocalSocket} of the lines of a clamd.conf(5). */
  static Optional<Path> localSocket(List<String> lines) {
    return lines.stream()
        .map(line -> line.strip().split("\\s+", 2))
        .filter(words -> words.length == 2 && words[0].equals("LocalSocket"))
        .map(words -> Path.of(words[1].replace("\"", "")))
        .findFirst();
  }
}
