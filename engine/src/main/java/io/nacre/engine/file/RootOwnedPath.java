package io.nacre.engine.file;

import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Whether nobody but root, and the user we act as, can put something else where a path leads. */
public final class RootOwnedPath {
  private static final int OTHERS_MAY_WRITE = 022;
  private static final int STICKY = 01000;
  private static final int LINKS = 40; // as many as the kernel follows
  private static final Path ROOT = Path.of("/");

  private RootOwnedPath() {}

  /**
   * Returns why {@code path} cannot be relied on, or nothing if it can: it and every directory and
   * symbolic link on the way to it are ours or root's, and no one else may write there.
   */
  public static Optional<String> complaint(Path path) throws IOException {
    Path at = ROOT;
    Deque<Path> left = new ArrayDeque<>();
    path.toAbsolutePath().forEach(left::addLast);
    Optional<String> complaint = complaintAt(at, /* isAbove= */ true);
    int links = 0;
    while (complaint.isEmpty() && !left.isEmpty()) {
      Path next = at.resolve(left.removeFirst()).normalize();
      complaint = complaintAt(next, !left.isEmpty());
      if (!Files.isSymbolicLink(next)) {
        at = next;
        continue;
      }
      if (++links > LINKS) {
        return Optional.of(path + " leads through too many symbolic links");
      }
      Path target = Files.readSymbolicLink(next);
      for (int i = target.getNameCount() - 1; i >= 0; i--) {
        left.addFirst(target.getName(i));
      }
      at = target.isAbsolute() ? ROOT : at;
    }
    return complaint;
  }

  private static Optional<String> complaintAt(Path at, boolean isAbove) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(at, "unix:uid,mode,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
    int uid = number(attributes, "uid");
    int mode = number(attributes, "mode");
    if (uid != 0 && uid != ProcFs.effectiveUserOfSelf()) {
      return Optional.of(at + " belongs to user " + Integer.toUnsignedString(uid));
    }
    boolean isLink = Boolean.TRUE.equals(attributes.get("isSymbolicLink")); // has every permission
    boolean keepsNames = isAbove && (mode & STICKY) != 0; // like /tmp: what is there stays there
    return (mode & OTHERS_MAY_WRITE) != 0 && !keepsNames && !isLink
        ? Optional.of(at + " can be written by others than its owner")
        : Optional.empty();
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (Integer) Objects.requireNonNull(attributes.get(name));
  }
}
