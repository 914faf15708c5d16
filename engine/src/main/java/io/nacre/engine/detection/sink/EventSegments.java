package io.nacre.engine.detection.sink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The files of an event store, each with lines of JSON: {@code events-00000001.jsonl} and so on,
 * the newest last.
 */
final class EventSegments {
  private static final String START = "events-";
  private static final String END = ".jsonl";

  private EventSegments() {}

  /** Returns the files in {@code directory} by their numbers; none if it does not exist. */
  static NavigableMap<Long, Path> in(Path directory) throws IOException {
    NavigableMap<Long, Path> segments = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(
          file -> {
            String name = String.valueOf(file.getFileName());
            if (name.matches(START + "\\d{8,18}\\" + END)) {
              String number = name.substring(START.length(), name.length() - END.length());
              segments.put(Long.valueOf(number), file);
            }
          });
    } catch (NoSuchFileException e) {
      return segments;
    }
    return segments;
  }

  /** Returns the file of {@code number} in {@code directory}. */
  static Path file(Path directory, long number) {
    return directory.resolve(String.format(Locale.ROOT, START + "%08d" + END, number));
  }
}
