package io.nacre.engine.watch.place;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The layers of an overlay, and where they lie.
 *
 * <p>Since Linux 6.5 an open through an overlay is seen on the file systems below as well. A group
 * that marked both would wait for itself. It opens the file of the upper event, and that open
 * raises the lower one.
 */
final class Overlays {
  static final String TYPE = "overlay";

  /** A layer in a list that is separated by colons, unless a backslash stands in front of one. */
  private static final Pattern IN_LIST = Pattern.compile("(?:[^:\\\\]++|\\\\.)++", Pattern.DOTALL);

  private static final Pattern RELEASE = Pattern.compile("([0-9]+)\\.([0-9]+).*", Pattern.DOTALL);

  private Overlays() {}

  /**
   * Where one layer lies.
   *
   * @param path without symbolic links
   * @param isPartlyHidden whether something is mounted there or below, which the overlay does not
   *     show
   */
  record Layer(PathBytes path, Mount mount, boolean isPartlyHidden) {}

  /** Returns true if an open through an overlay is seen below it, on a kernel {@code release}. */
  static boolean areSeenBelow(String release) {
    Matcher version = RELEASE.matcher(release);
    if (!version.matches()) {
      return true;
    }
    int major = Integer.parseInt(version.group(1));
    return major > 6 || (major == 6 && Integer.parseInt(version.group(2)) >= 5);
  }

  /**
   * Returns the layers of {@code mount}, an overlay. The result is empty if not all of them can be
   * found, for example if a path is relative to an unknown directory.
   */
  static Optional<List<Layer>> layers(Mount mount, MountTable mounts) {
    List<Layer> found = new ArrayList<>();
    for (String path : (Iterable<String>) names(mount.options())::iterator) {
      Optional<Layer> layer =
          path.startsWith("/") ? locate(pathOf(path), mount, mounts) : Optional.empty();
      if (layer.isEmpty()) {
        return Optional.empty();
      }
      found.add(layer.get());
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found);
  }

  /** Parses {@code lowerdir=/a:/b,upperdir=/c}, printed as in {@code mountinfo}. */
  static Stream<PathBytes> paths(String options) {
    return names(options).filter(path -> path.startsWith("/")).map(Overlays::pathOf);
  }

  private static Stream<String> names(String options) {
    return Arrays.stream(options.split(",", -1)).flatMap(Overlays::layersIn);
  }

  private static PathBytes pathOf(String path) {
    return PathBytes.of(path.getBytes(StandardCharsets.ISO_8859_1));
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

  private static Optional<Layer> locate(PathBytes named, Mount overlay, MountTable mounts) {
    try {
      PathBytes path = withoutLinks(named);
      PathBytes visible = isCoveredBy(overlay, path, mounts) ? path.parent() : path;
      long id = new Statx().probeMountinfoId(NativeBuffer.cString(visible.bytes())).mountId();
      boolean isPartlyHidden = !visible.equals(path) || !mounts.below(path).isEmpty();
      return mounts.byId(id).map(mount -> new Layer(path, mount, isPartlyHidden));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }

  /**
   * An overlay may be mounted on one of its layers; further mounts there are not looked through.
   */
  private static boolean isCoveredBy(Mount overlay, PathBytes path, MountTable mounts) {
    return overlay.point().equals(path)
        && path.compareTo(PathBytes.ROOT) != 0
        && mounts.below(path.parent()).stream().filter(mount -> mount.point().equals(path)).count()
            == 1;
  }

  /**
   * Returns {@code path} without symbolic links. Opens a directory only where a symbolic link is on
   * the way, so that no unmount is blocked.
   */
  private static PathBytes withoutLinks(PathBytes path) throws ErrnoException {
    Statx statx = new Statx();
    for (PathBytes at = path; !at.equals(PathBytes.ROOT); at = at.parent()) {
      if (!statx.probe(NativeBuffer.cString(at.bytes())).isDirectory()) {
        try (Directory directory = Directory.open(path.bytes())) {
          return PathBytes.of(new DescriptorPath().read(directory.fd().number()).bytes());
        }
      }
    }
    return path;
  }
}
