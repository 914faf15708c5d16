package io.nacre.engine.config.text;

import java.nio.file.Path;

/**
 * A problem of the text of a file.
 *
 * @param line from 1 on; 0 for the file as a whole
 * @param key the key that it is about; may be empty
 */
public record SourceProblem(Path file, int line, String key, String text) {

  /** Returns {@code file:line}, or only the file. */
  public String where() {
    return line == 0 ? file.toString() : file + ":" + line;
  }
}
