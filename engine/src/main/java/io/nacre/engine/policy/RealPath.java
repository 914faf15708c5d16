package io.nacre.engine.policy;

import java.io.IOException;
import java.nio.file.Path;

/** Where paths of a configuration lead that need not be there yet. */
public final class RealPath {

  private RealPath() {}

  /** Returns {@code path} with its symbolic links followed, as far as there is something. */
  public static Path of(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      Path parent = path.getParent();
      return parent == null
          ? path.normalize()
          : of(parent).resolve(parent.relativize(path)).normalize();
    }
  }
}
