package io.nacre.engine.cli.clamonacc;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file with a directory on each line, as {@code --watch-list} and {@code --exclude-list} take it:
 * absolute paths, blank lines, with or without a newline at the end and carriage returns before
 * them. A blank at the end of a name belongs to it.
 */
final class ListFile {
  private static final long MAX_BYTES = 64L << 20;

  /** A path, and the number of its line. */
  record Line(int number, String path) {}

  private final List<Line> lines;
  private final List<String> problems;

  private ListFile(List<Line> lines, List<String> problems) {
    this.lines = List.copyOf(lines);
    this.problems = List.copyOf(problems);
  }

  /** Reads {@code file}; what is wrong with it is among {@link #problems}. */
  static ListFile read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        return failed(file + ": is bigger than 64 MiB, which is no list of directories");
      }
      return parse(file, Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return failed(file + ": is not there");
    } catch (CharacterCodingException e) {
      return failed(file + ": is not UTF-8");
    } catch (IOException e) {
      return failed(file + ": cannot be read: " + e.getMessage());
    }
  }

  private static ListFile failed(String why) {
    return new ListFile(List.of(), List.of(why));
  }

  private static ListFile parse(Path file, String text) {
    List<Line> lines = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String path = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      if (path.isBlank()) {
        continue;
      }
      if (path.indexOf('\0') >= 0) {
        problems.add(file + ":" + number + ": holds a NUL, which no path does");
      } else if (!path.startsWith("/")) {
        problems.add(file + ":" + number + ": " + path + " is no absolute path; write all of it");
      } else {
        lines.add(new Line(number, path));
      }
    }
    return new ListFile(lines, problems);
  }

  /** Returns the paths with their lines. */
  List<Line> lines() {
    return lines;
  }

  /** Returns what is wrong, each with the file and the line. */
  List<String> problems() {
    return problems;
  }
}
