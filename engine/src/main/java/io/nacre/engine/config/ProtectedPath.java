package io.nacre.engine.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Checks the paths that people ask to protect. */
public final class ProtectedPath {

  private ProtectedPath() {}

  /**
   * Returns the directory {@code text} names, symbolic links resolved.
   *
   * @throws IllegalArgumentException if it names none; the message says why, for people
   */
  public static Path resolve(String text) {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(text + " is not a path", e);
    }
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(text + " must be an absolute path");
    }
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(text + " does not exist");
    }
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException(text + " is not a directory");
    }
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new IllegalArgumentException(text + " cannot be resolved: " + e.getMessage(), e);
    }
  }
}
