package io.nacre.engine.watch.place;

import java.util.Set;

/**
 * One line of {@code /proc/self/mountinfo}, see proc(5).
 *
 * @param id its number, unique among the current mounts
 * @param device the file system, as {@code MAJOR:MINOR}
 * @param root the directory of the file system that is mounted
 * @param point where it is mounted
 * @param type the type of the file system
 * @param options those of the file system; an overlay names its layers here
 */
public record Mount(
    long id, String device, PathBytes root, PathBytes point, String type, String options) {

  private static final Set<String> REMOTE =
      Set.of("9p", "afs", "ceph", "cifs", "coda", "nfs", "nfs4", "smb3", "virtiofs");

  /** File systems without stored files: there is nothing to scan. */
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

  /** Returns true if the file system holds no stored files. */
  boolean isPseudo() {
    return PSEUDO.contains(type);
  }

  /** Returns the device as the kernel numbers it; stat(2) may report another number. */
  public long kernelDevice() {
    String[] numbers = device.split(":", 2);
    return Long.parseLong(numbers[0]) << 20 | Long.parseLong(numbers[1]);
  }

  /** Returns true if a server or a daemon serves the files, and may never answer. */
  public boolean isRemote() {
    return REMOTE.contains(type) || type.equals("fuse") || type.startsWith("fuse.");
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
