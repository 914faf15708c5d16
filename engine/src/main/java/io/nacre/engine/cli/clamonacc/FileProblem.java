package io.nacre.engine.cli.clamonacc;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** The reason why a file cannot be created, in words; some exceptions only hold its name. */
final class FileProblem {

  private FileProblem() {}

  /** Returns the reason, to be printed behind the name of the file. */
  static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "its directory does not exist";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return String.valueOf(e.getMessage());
  }
}
