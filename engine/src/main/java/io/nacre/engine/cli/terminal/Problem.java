package io.nacre.engine.cli.terminal;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * A failure in words for a message: never the name of an exception, which users cannot interpret.
 */
public final class Problem {

  private Problem() {}

  /** Returns what failed, with the file that it is about. */
  public static String of(Throwable failure) {
    if (failure instanceof NoSuchFileException missing) {
      return missing.getFile() + " does not exist";
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied";
    }
    if (failure instanceof FileSystemException file && file.getReason() != null) {
      return file.getFile() + ": " + file.getReason();
    }
    return Optional.ofNullable(failure.getMessage()).orElse("an unexpected failure");
  }
}
