package io.nacre.engine.clamdconf;

import java.nio.file.Path;

/**
 * One line of a clamd.conf, or of a file that is read with it.
 *
 * @param option its name, which {@link ClamdOptions} knows
 * @param value of the type of the option
 * @param file the file of the line
 * @param line its number, from 1 on
 */
record Setting(String option, String value, Path file, int line) {

  /** Returns {@code file:line}, for messages. */
  String where() {
    return file + ":" + line;
  }
}
