package io.nacre.engine.watch.place;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mounts of our mount namespace at one moment, in the order the kernel lists them. */
public final class MountTable {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /*
   * 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
   * id parent device root point options tags… - type source options
   */
  private static final int ID = 0;
  private static final int DEVICE = 2;
  private static final int ROOT = 3;
  private static final int POINT = 4;
  private static final int BEHIND_DASH = 3;

  private static final Pattern OCTAL = Pattern.compile("\\\\([0-3][0-7]{2})");

  private final List<Mount> mounts;

  private MountTable(List<Mount> mounts) {
    this.mounts = List.copyOf(mounts);
  }

  /** Reads the table of now. */
  public static MountTable read() throws IOException {
    return parse(new String(Files.readAllBytes(MOUNTINFO), StandardCharsets.ISO_8859_1));
  }

  /** Understands {@code text}, a character for each byte; passes over lines it does not. */
  static MountTable parse(String text) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      parseLine(line).ifPresent(mounts::add);
    }
    return new MountTable(mounts);
  }

  /** Returns the mount with the number {@code id}. */
  public Optional<Mount> byId(long id) {
    return mounts.stream().filter(mount -> mount.id() == id).findAny();
  }

  /** Returns the mount that {@code path} lies on: of the innermost ones the last one. */
  Optional<Mount> above(PathBytes path) {
    return mounts.stream()
        .filter(mount -> path.equals(mount.point()) || path.isBelow(mount.point()))
        .reduce(
            (one, other) ->
                other.point().bytes().length >= one.point().bytes().length ? other : one);
  }

  /** Returns the mounts whose point lies below {@code path}. */
  List<Mount> below(PathBytes path) {
    return mounts.stream().filter(mount -> mount.point().isBelow(path)).toList();
  }

  /** Returns where mounts of {@code before} were that are there no more. */
  public List<PathBytes> pointsGoneSince(MountTable before) {
    return before.mounts.stream()
        .filter(mount -> byId(mount.id()).filter(now -> isAt(now, mount.point())).isEmpty())
        .map(Mount::point)
        .toList();
  }

  private static boolean isAt(Mount mount, PathBytes point) {
    return mount.point().equals(point);
  }

  /** Returns the mounts of the file system {@code device}. */
  public List<Mount> ofDevice(String device) {
    return mounts.stream().filter(mount -> mount.device().equals(device)).toList();
  }

  /** Returns the mounts of a file system, by the kernel's number of its device. */
  public List<Mount> ofKernelDevice(long device) {
    return mounts.stream().filter(mount -> mount.kernelDevice() == device).toList();
  }

  private static Optional<Mount> parseLine(String line) {
    String[] fields = line.split(" ", -1);
    int dash = List.of(fields).indexOf("-");
    if (dash <= POINT || fields.length <= dash + BEHIND_DASH || !fields[ID].matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    return Optional.of(
        new Mount(
            Long.parseLong(fields[ID]),
            fields[DEVICE],
            path(fields[ROOT]),
            path(fields[POINT]),
            fields[dash + 1],
            fields[dash + BEHIND_DASH]));
  }

  private static PathBytes path(String field) {
    return PathBytes.of(unescape(field).getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Blanks, tabs, newlines and backslashes are printed as three octal digits. */
  static String unescape(String field) {
    return OCTAL
        .matcher(field)
        .replaceAll(digits -> Matcher.quoteReplacement(character(digits.group(1))));
  }

  private static String character(String octal) {
    return Character.toString(Integer.parseInt(octal, 8));
  }
}
