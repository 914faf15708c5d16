package io.nacre.engine.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The check of a path to protect. */
public final class ProtectedPath {

  private ProtectedPath() {}

  /**
   * Returns the directory that {@code text} names, with its symbolic links resolved.
   *
   * @throws IllegalArgumentException if it names none; the message gives the reason
   */
  public static Path resolve(String text) {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(text + " is not a path", e);
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty text is no path");
    }
    if (text.startsWith("~")) {
      throw new IllegalArgumentException(text + " must be an absolute path: ~ is not expanded");
    }
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(text + " must be an absolute path");
    }
    try {
      Path real = path.toRealPath();
      if (!Files.isDirectory(real)) {
        throw new IllegalArgumentException(text + " is not a directory");
      }
      return real;
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(text + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new IllegalArgumentException(text + " cannot be reached: permission denied", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(text + " cannot be resolved: " + reason(e), e);
    }
  }

  /** Returns the reason without the path, which the message names already. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException failure && failure.getReason() != null
        ? failure.getReason()
        : String.valueOf(e.getMessage());
  }
}
