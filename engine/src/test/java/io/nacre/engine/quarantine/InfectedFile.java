package io.nacre.engine.quarantine;

import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** An open infected file, as the detection stage hands it over. */
final class InfectedFile {
  static final long MOST_BYTES = 25 << 20;

  static final QuarantineReason FINDING =
      new QuarantineReason(
          "Eicar-Test-Signature",
          Instant.parse("2026-01-02T03:04:05Z"),
          ScanTrigger.OPENED,
          new ProcessInfo(77, OptionalInt.of(1000), Optional.of("/usr/bin/cat")));

  private InfectedFile() {}

  /** Opens the file at {@code path} for reading. */
  static Fd open(Path path) throws IOException {
    try (Directory root = Directory.open(new byte[] {'/'})) {
      return root.openFile(path.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
