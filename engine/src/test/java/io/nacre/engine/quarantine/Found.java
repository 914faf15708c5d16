package io.nacre.engine.quarantine;

import io.nacre.engine.request.Occasion;
import io.nacre.engine.request.Opener;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** Files as the detection stage hands them over: open, with what was found. */
final class Found {
  static final long MOST_BYTES = 25 << 20;

  static final Finding FINDING =
      new Finding(
          "Eicar-Test-Signature",
          Instant.parse("2026-01-02T03:04:05Z"),
          Occasion.OPENED,
          new Opener(77, OptionalInt.of(1000), Optional.of("/usr/bin/cat")));

  private Found() {}

  /** Opens the file at {@code path} for reading. */
  static Fd open(Path path) throws IOException {
    try (Directory root = Directory.open(new byte[] {'/'})) {
      return root.openFile(path.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
