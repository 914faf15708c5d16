package io.nacre.engine.watch.place;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The current mount points, for walks through the files below a path. */
public final class MountPoints {
  private MountPoints() {}

  /**
   * Returns the type of the file system at {@code path} if it holds no stored files, as proc; empty
   * otherwise, and if the mounts cannot be read.
   *
   * @param path absolute; it need not exist
   */
  public static Optional<String> pseudoTypeAt(String path) {
    PathBytes sought = PathBytes.of(path.getBytes(StandardCharsets.UTF_8));
    try {
      return MountTable.read().above(sought).filter(Mount::isPseudo).map(Mount::type);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the paths below {@code directory} at which local file systems are mounted, the outer
   * ones first. A daemon or a server may never answer, so their file systems are left out.
   *
   * @param directory an absolute path; each character is one byte, as in the returned paths
   */
  public static List<String> localBelow(String directory) throws IOException {
    PathBytes path = PathBytes.of(directory.getBytes(StandardCharsets.ISO_8859_1));
    return MountTable.read().below(path).stream()
        .filter(mount -> !mount.isPseudo() && !mount.isRemote())
        .map(mount -> new String(mount.point().bytes(), StandardCharsets.ISO_8859_1))
        .distinct()
        .toList();
  }
}
