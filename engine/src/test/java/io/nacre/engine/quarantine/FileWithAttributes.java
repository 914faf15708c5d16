package io.nacre.engine.quarantine;

import io.nacre.engine.fixture.Opener;
import java.nio.file.Path;

/** A file with an owner, a mode, times, attributes and an access control list of its own. */
final class FileWithAttributes {
  private static final String DRESS =
      """
      import os, struct, sys
      file = sys.argv[1]
      os.chown(file, 1000, 1001)
      os.setxattr(file, "user.a.b", b"\\xff\\x00c")
      entries = [(1, 7, -1), (2, 4, 7), (4, 5, -1), (16, 5, -1), (32, 1, -1)]
      acl = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
      os.setxattr(file, "system.posix_acl_access", acl)
      capability = struct.pack("<IIIII", 0x02000001, 1 << 10, 0, 0, 0)
      os.setxattr(file, "security.capability", capability)
      os.chmod(file, 0o4751)
      os.utime(file, ns=(1_000_000_001, 2_000_000_002))
      """;

  private static final String LOOK =
      """
      import os, sys
      file = sys.argv[1]
      stat = os.stat(file)
      print(oct(stat.st_mode), stat.st_uid, stat.st_gid, stat.st_mtime_ns, stat.st_atime_ns)
      for name in sorted(os.listxattr(file)):
          print(name, os.getxattr(file, name))
      """;

  private FileWithAttributes() {}

  /** Sets all of them on {@code file}. */
  static void set(Path file) {
    run(DRESS, file);
  }

  /** Returns all of them as another program sees them. */
  static String look(Path file) {
    return run(LOOK, file);
  }

  private static String run(String script, Path file) {
    Opener.Outcome outcome = Opener.command("python3", "-c", script, file.toString()).await();
    if (!outcome.succeeded()) {
      throw new AssertionError(outcome.output());
    }
    return outcome.output();
  }
}
