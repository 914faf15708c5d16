package io.nacre.engine.policy;

import java.io.IOException;
import java.nio.file.Path;

/** Resolved paths of files that need not exist yet. */
public final class RealPath {

  private RealPath() {}

  /** Returns {@code path} with the symbolic links of its existing part resolved. */
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
