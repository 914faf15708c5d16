package io.nacre.engine.detection;

import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Whether nobody but root, and the user we act as, can put something else where a path leads. */
public final class Trust {
  private static final int OTHERS_MAY_WRITE = 022;
  private static final int STICKY = 01000;

  private Trust() {}

  /**
   * Returns why {@code path} cannot be relied on, or nothing if it can: it and every directory
   * above it are ours or root's, and no one else may write there. Symbolic links are resolved
   * first.
   */
  public static Optional<String> complaint(Path path) throws IOException {
    Path real = path.toRealPath();
    for (Path at = real; at != null; at = at.getParent()) {
      boolean isAbove = !at.equals(real);
      Map<String, Object> attributes =
          Files.readAttributes(at, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
      int uid = number(attributes, "uid");
      int mode = number(attributes, "mode");
      if (uid != 0 && uid != ProcFs.effectiveUserOfSelf()) {
        return Optional.of(at + " belongs to user " + Integer.toUnsignedString(uid));
      }
      boolean keepsNames = isAbove && (mode & STICKY) != 0; // like /tmp: what is there stays there
      if ((mode & OTHERS_MAY_WRITE) != 0 && !keepsNames) {
        return Optional.of(at + " can be written by others than its owner");
      }
    }
    return Optional.empty();
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (Integer) Objects.requireNonNull(attributes.get(name));
  }
}
