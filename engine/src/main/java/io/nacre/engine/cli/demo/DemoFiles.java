package io.nacre.engine.cli.demo;

import io.nacre.engine.cli.selftest.Eicar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The files of the demo. */
final class DemoFiles {

  private DemoFiles() {}

  /** Writes the EICAR test file. */
  static Path writeEicar(Path file) throws IOException {
    return Files.writeString(file, Eicar.text());
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
