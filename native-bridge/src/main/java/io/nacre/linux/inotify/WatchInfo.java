package io.nacre.linux.inotify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One watch of an inotify instance, as the kernel prints it in {@code /proc/self/fdinfo/N}, see
 * proc(5).
 *
 * @param wd the watch
 * @param device the kernel's number of the file system of what is watched
 * @param handleType the type of the file handle of what is watched
 * @param handle the handle, for open_by_handle_at(2)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and there may be a million
public record WatchInfo(int wd, long device, int handleType, byte[] handle) {
  private static final Pattern LINE =
      Pattern.compile(
          "inotify wd:(?<wd>[0-9a-f]+) .*sdev:(?<sdev>[0-9a-f]+) .*fhandle-type:(?<type>[0-9a-f]+) f_handle:(?<handle>[0-9a-f]+)");

  /** Returns every watch of {@code inotify}. */
  public static List<WatchInfo> of(Inotify inotify) throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc/self/fdinfo/" + inotify.fd().number()))) {
      return lines.flatMap(line -> parse(line).stream()).toList();
    }
  }

  /** Parses one line, with hexadecimal numbers; returns nothing for a line of another kind. */
  static Optional<WatchInfo> parse(String line) {
    Matcher info = LINE.matcher(line.strip());
    if (!info.matches() || info.group("handle").length() % 2 != 0) {
      return Optional.empty();
    }
    return Optional.of(
        new WatchInfo(
            Integer.parseInt(info.group("wd"), 16),
            Long.parseLong(info.group("sdev"), 16),
            Integer.parseInt(info.group("type"), 16),
            HexFormat.of().parseHex(info.group("handle"))));
  }
}
