package io.nacre.linux.fanotify;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One mark of a fanotify group, as the kernel prints it in {@code /proc/self/fdinfo/N}, see
 * proc(5).
 *
 * @param type what is marked
 * @param inode the number of the file or directory, of a mark on one
 * @param device the kernel's number of the file system, of a mark on it or on something in it: the
 *     major number times 2<sup>20</sup>, and the minor number
 * @param mountId the mount as {@code mountinfo} numbers it, of a mark on one
 * @param mask the events that are wanted
 * @param ignored the events that are not wanted, whatever other marks say
 * @param handleType the type of the file handle of what is marked, of a mark on a file or directory
 * @param handle the handle, for open_by_handle_at(2); empty if the file system has none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and there may be a million
public record MarkInfo(
    MarkType type,
    long inode,
    long device,
    long mountId,
    long mask,
    long ignored,
    int handleType,
    byte[] handle) {
  /*
   * fanotify ino:4f261 sdev:800013 mflags:0 mask:8010000 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:…
   * fanotify mnt_id:12 mflags:0 mask:10000 ignored_mask:0
   * fanotify sdev:800013 mflags:0 mask:10000 ignored_mask:0
   */
  private static final String START = "fanotify ";

  private static final int LONGEST_NUMBER = 16;
  private static final byte[] NONE = {};

  /** Passes each mark of {@code group} to {@code action}, one at a time: there may be a million. */
  public static void forEach(FanotifyGroup group, Consumer<MarkInfo> action) throws IOException {
    Path info = Path.of("/proc/self/fdinfo/" + group.fd().number());
    try (BufferedReader lines = Files.newBufferedReader(info, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        parse(line).ifPresent(action);
      }
    }
  }

  /** Parses one line, with hexadecimal numbers; returns nothing for a line of another kind. */
  static Optional<MarkInfo> parse(String line) {
    OptionalLong mask = number(line, " mask:");
    OptionalLong ignored = number(line, " ignored_mask:");
    OptionalLong inode = number(line, " ino:");
    OptionalLong device = number(line, " sdev:");
    OptionalLong mount = number(line, " mnt_id:");
    if (!line.startsWith(START)
        || mask.isEmpty()
        || ignored.isEmpty()
        || device.isPresent() == mount.isPresent()
        || (inode.isPresent() && device.isEmpty())) {
      return Optional.empty();
    }
    MarkType type =
        inode.isPresent()
            ? MarkType.INODE
            : device.isPresent() ? MarkType.FILESYSTEM : MarkType.MOUNT;
    return Optional.of(
        new MarkInfo(
            type,
            inode.orElse(0),
            device.orElse(0),
            mount.orElse(0),
            mask.getAsLong(),
            ignored.getAsLong(),
            (int) number(line, " fhandle-type:").orElse(0),
            handle(line)));
  }

  /** Returns the number behind {@code key}, up to the next blank. */
  private static OptionalLong number(String line, String key) {
    int start = line.indexOf(key) + key.length();
    if (start < key.length()) {
      return OptionalLong.empty();
    }
    int end = end(line, start);
    if (end == start || end - start > LONGEST_NUMBER) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (int i = start; i < end; i++) {
      if (!HexFormat.isHexDigit(line.charAt(i))) {
        return OptionalLong.empty();
      }
      number = number << 4 | HexFormat.fromHexDigit(line.charAt(i));
    }
    return OptionalLong.of(number);
  }

  private static byte[] handle(String line) {
    String key = " f_handle:";
    int start = line.indexOf(key) + key.length();
    int end = end(line, start);
    if (start < key.length() || (end - start) % 2 != 0) {
      return NONE;
    }
    for (int i = start; i < end; i++) {
      if (!HexFormat.isHexDigit(line.charAt(i))) {
        return NONE;
      }
    }
    return HexFormat.of().parseHex(line, start, end);
  }

  private static int end(String line, int start) {
    int end = line.indexOf(' ', start);
    return end < 0 ? line.length() : end;
  }
}
