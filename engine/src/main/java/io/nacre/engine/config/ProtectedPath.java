package io.nacre.engine.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
