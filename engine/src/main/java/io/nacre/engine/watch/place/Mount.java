package io.nacre.engine.watch.place;

import java.util.Set;

/**
 * One line of {@code /proc/self/mountinfo}, see proc(5).
 *
 * @param id its number among the mounts of now
 * @param device the file system, as {@code MAJOR:MINOR}
 * @param root which directory of the file system is mounted
 * @param point where
 * @param type the type of the file system
 * @param options those of the file system; an overlay names its layers here
 */
public record Mount(
    long id, String device, PathBytes root, PathBytes point, String type, String options) {

  /** They hold no files that somebody stored: there is nothing to scan. */
  private static final Set<String> PSEUDO =
      Set.of(
          "autofs",
          "binfmt_misc",
          "bpf",
          "cgroup",
          "cgroup2",
          "configfs",
          "debugfs",
          "devpts",
          "devtmpfs",
          "efivarfs",
          "fusectl",
          "hugetlbfs",
          "mqueue",
          "nsfs",
          "proc",
          "pstore",
          "rpc_pipefs",
          "securityfs",
          "selinuxfs",
          "sysfs",
          "tracefs");

  /** Returns true if the file system holds no files that anybody stored. */
  boolean isPseudo() {
    return PSEUDO.contains(type);
  }

  /** Returns true if only a part of the file system is mounted. */
  public boolean isBind() {
    return root.bytes().length > 1;
  }

  /** Returns where {@code path}, which lies on this mount, is in the file system. */
  PathBytes inFileSystem(PathBytes path) {
    byte[] relative = path.relativeTo(point);
    return relative.length == 0 ? root : root.child(relative);
  }
}
