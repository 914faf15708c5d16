package io.nacre.engine.watch;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells what the layers of an overlay are.
 *
 * <p>Since Linux 6.5 an open through an overlay is seen on the file systems below as well. A group
 * that marked both would wait for itself: it opens the file of the upper event, and that open
 * raises the lower one.
 */
final class Overlays {
  static final String TYPE = "overlay";

  /** A layer in a list that is separated by colons, unless a backslash stands in front of one. */
  private static final Pattern IN_LIST = Pattern.compile("(?:[^:\\\\]++|\\\\.)++", Pattern.DOTALL);

  private static final Pattern RELEASE = Pattern.compile("([0-9]+)\\.([0-9]+).*", Pattern.DOTALL);

  private Overlays() {}

  /** Where one layer lies. */
  record Layer(PathBytes path, String device) {}

  /** Returns true if an open through an overlay is seen below it, on a kernel {@code release}. */
  static boolean areSeenBelow(String release) {
    Matcher version = RELEASE.matcher(release);
    if (!version.matches()) {
      return true;
    }
    int major = Integer.parseInt(version.group(1));
    return major > 6 || (major == 6 && Integer.parseInt(version.group(2)) >= 5);
  }

  /** Returns the layers of {@code mount} that can be found; none if it is no overlay. */
  static List<Layer> layers(Mount mount, MountTable mounts) {
    if (!mount.type().equals(TYPE)) {
      return List.of();
    }
    return paths(mount.options()).flatMap(path -> locate(path, mounts).stream()).toList();
  }

  /** Understands {@code lowerdir=/a:/b,upperdir=/c}, printed as in {@code mountinfo}. */
  static Stream<PathBytes> paths(String options) {
    return Arrays.stream(options.split(",", -1))
        .flatMap(Overlays::layersIn)
        .filter(path -> path.startsWith("/"))
        .map(path -> PathBytes.of(path.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static Stream<String> layersIn(String option) {
    int equals = option.indexOf('=');
    if (equals < 0) {
      return Stream.empty();
    }
    String value = MountTable.unescape(option.substring(equals + 1));
    return switch (option.substring(0, equals)) {
      case "lowerdir" -> IN_LIST.matcher(value).results().map(layer -> unescape(layer.group()));
      case "lowerdir+", "datadir+", "upperdir" -> Stream.of(value); // one, as it is
      default -> Stream.empty();
    };
  }

  /** Takes off the backslashes that keep colons in names from ending a layer. */
  private static String unescape(String layer) {
    return layer.replaceAll("(?s)\\\\(.)", "$1");
  }

  private static Optional<Layer> locate(PathBytes path, MountTable mounts) {
    try {
      long id = new Statx().probeMountinfoId(NativeBuffer.cString(path.bytes())).mountId();
      return mounts.byId(id).map(mount -> new Layer(path, mount.device()));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }
}
