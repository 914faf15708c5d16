package io.nacre.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files of the demo. */
final class DemoFiles {
  /** The EICAR test string in pieces, so that no scanner takes this program for the test file. */
  private static final List<String> EICAR =
      List.of("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*");

  private DemoFiles() {}

  /** Writes the harmless file that every scanner detects by agreement. */
  static Path writeEicar(Path file) throws IOException {
    return Files.writeString(file, String.join("", EICAR));
  }

  /** Removes {@code directory} and everything below it. */
  static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
