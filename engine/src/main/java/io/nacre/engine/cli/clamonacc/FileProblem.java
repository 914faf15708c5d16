package io.nacre.engine.cli.clamonacc;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Why a file cannot be made, in words: some exceptions have its name for a message. */
final class FileProblem {

  private FileProblem() {}

  /** Returns what to say behind the name of the file. */
  static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "its directory is not there";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    return String.valueOf(e.getMessage());
  }
}
