package io.nacre.engine.watch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The mounts below a directory, which a mark on the directory's file system does not reach. */
final class NestedMounts {
  private static final int MOUNT_POINT = 4;

  private NestedMounts() {}

  /** Returns the mount points below {@code root} now, from {@code mountinfo} of proc(5). */
  static List<String> below(String root) throws IOException {
    String all =
        new String(
            Files.readAllBytes(Path.of("/proc/self/mountinfo")), StandardCharsets.ISO_8859_1);
    return below(root, List.of(all.split("\n", -1)));
  }

  /** The fifth field is the mount point, with blanks and the like as {@code \ooo}. */
  static List<String> below(String root, List<String> mountinfo) {
    String above = root.equals("/") ? root : root + "/";
    String asPrinted =
        new String(above.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
            .replace("\\", "\\134")
            .replace(" ", "\\040")
            .replace("\t", "\\011")
            .replace("\n", "\\012");
    return mountinfo.stream()
        .map(line -> line.split(" ", -1))
        .filter(fields -> fields.length > MOUNT_POINT)
        .map(fields -> fields[MOUNT_POINT])
        .filter(point -> point.startsWith(asPrinted) && point.length() > asPrinted.length())
        .toList();
  }
}
