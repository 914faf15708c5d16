package io.nacre.engine.watch.place;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Where file systems are mounted now, for those who walk through what lies below a path. */
public final class MountPoints {
  private static final Set<String> REMOTE =
      Set.of("9p", "afs", "ceph", "cifs", "coda", "nfs", "nfs4", "smb3", "virtiofs");

  private MountPoints() {}

  /**
   * Returns the paths below {@code directory} at which files of this machine are mounted, the outer
   * ones first; a daemon or a server that is asked for its files may never answer, so theirs are
   * not among them.
   *
   * @param directory absolute; as in what is returned each character is one byte
   */
  public static List<String> localBelow(String directory) throws IOException {
    PathBytes path = PathBytes.of(directory.getBytes(StandardCharsets.ISO_8859_1));
    return MountTable.read().below(path).stream()
        .filter(mount -> !mount.isPseudo() && !isRemote(mount.type()))
        .map(mount -> new String(mount.point().bytes(), StandardCharsets.ISO_8859_1))
        .distinct()
        .toList();
  }

  private static boolean isRemote(String type) {
    return REMOTE.contains(type) || type.equals("fuse") || type.startsWith("fuse.");
  }
}
