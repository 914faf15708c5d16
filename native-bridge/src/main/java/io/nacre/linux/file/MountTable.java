package io.nacre.linux.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The mounts of our own mount namespace, from {@code /proc/self/mountinfo} of proc(5). */
public final class MountTable {
  /** Not a carriage return, which the kernel leaves as it is in a path. */
  private static final Pattern LINE_END = Pattern.compile("\n");

  private MountTable() {}

  /** Returns the ids of all mounts, as statx(2) gives them. */
  public static Set<Long> ids() throws IOException {
    // Paths in it need not be UTF-8, and every byte is a Latin-1 character.
    String table = Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1);
    return ids(LINE_END.splitAsStream(table).toList());
  }

  /** The first field of a line is the id. */
  static Set<Long> ids(List<String> mountinfo) {
    return mountinfo.stream()
        .map(line -> Long.parseLong(line.substring(0, line.indexOf(' '))))
        .collect(Collectors.toUnmodifiableSet());
  }
}
