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

/**
 * The rules by which only root can put another file where a path leads.
 *
 * <ul>
 *   <li>Every directory, symbolic link and file on the path belongs to root, or to the user that
 *       this process runs as.
 *   <li>No other user may write to a directory on the way, unless it is sticky, as {@code /tmp} is:
 *       a file of root's keeps its name there.
 *   <li>No other user may write to the file or directory at the end, sticky or not.
 * </ul>
 *
 * <p>An access control list is covered by the mode: its mask takes the place of the group's bits,
 * see acl(5). The permissions of a symbolic link mean nothing.
 */
public final class RootOwnedPath {
  private static final int GROUP_OR_OTHERS_WRITE = 022;
  private static final int STICKY = 01000;
  private static final int LINKS_MAX = 40; // as many as the kernel follows
  private static final Path ROOT = Path.of("/");

  private RootOwnedPath() {}

  /**
   * Returns why another user could replace what {@code path} leads to; empty if none could.
   * Symbolic links are followed, each by the same rules.
   *
   * @throws IOException if a part of the path does not exist or cannot be read
   */
  public static Optional<String> complaint(Path path) throws IOException {
    Path at = ROOT;
    Deque<Path> left = new ArrayDeque<>();
    path.toAbsolutePath().forEach(left::addLast);
    Optional<String> complaint = complaintAt(at, /* isOnTheWay= */ true);
    int links = 0;
    while (complaint.isEmpty() && !left.isEmpty()) {
      Path next = at.resolve(left.removeFirst()).normalize();
      complaint = complaintAt(next, !left.isEmpty());
      if (!Files.isSymbolicLink(next)) {
        at = next;
        continue;
      }
      if (++links > LINKS_MAX) {
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

  private static Optional<String> complaintAt(Path at, boolean isOnTheWay) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(at, "unix:uid,mode,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
    int uid = number(attributes, "uid");
    int mode = number(attributes, "mode");
    boolean isLink = Boolean.TRUE.equals(attributes.get("isSymbolicLink"));
    Optional<String> complaint =
        isLink ? ofOwner(uid) : isOnTheWay ? ofDirectoryOnTheWay(uid, mode) : ofEnd(uid, mode);
    return complaint.map(why -> at + " " + why);
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (Integer) Objects.requireNonNull(attributes.get(name));
  }

  /**
   * Returns why another user could replace files in a directory, without its name; empty if none
   * could replace a file of root's.
   */
  public static Optional<String> ofDirectoryOnTheWay(int uid, int mode) {
    return (mode & STICKY) != 0 ? ofOwner(uid) : ofEnd(uid, mode);
  }

  /**
   * Returns why another user could change the file or directory at the end of a path, without its
   * name; empty if none could.
   */
  public static Optional<String> ofEnd(int uid, int mode) {
    return ofOwner(uid)
        .or(
            () ->
                (mode & GROUP_OR_OTHERS_WRITE) == 0
                    ? Optional.empty()
                    : Optional.of("can be written by others than its owner"));
  }

  private static Optional<String> ofOwner(int uid) {
    return uid == 0 || uid == ProcFs.effectiveUserOfSelf()
        ? Optional.empty()
        : Optional.of("belongs to user " + Integer.toUnsignedString(uid));
  }
}
