package io.nacre.engine.watch;

import io.nacre.engine.policy.PathRules;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds the places to protect: the include paths that exist now, and what is mounted below them.
 *
 * <p>Belongs to one thread. Opens nothing: an open directory would keep its file system from being
 * unmounted.
 */
final class PlaceFinder {

  /**
   * What was found.
   *
   * @param places what is to be protected
   * @param problems for each include path that is not there, or not protected as a whole, why
   */
  record Found(Collection<Place> places, Map<PathBytes, String> problems) {}

  private final List<PathBytes> includes;
  private final PathRules rules;
  private final boolean crossMounts;
  private final Statx statx = new Statx();
  private final Statx numbered = new Statx();

  /**
   * A finder for {@code includes}; what is mounted below is left out without {@code crossMounts}.
   */
  PlaceFinder(List<PathBytes> includes, PathRules rules, boolean crossMounts) {
    this.includes = List.copyOf(includes);
    this.rules = rules;
    this.crossMounts = crossMounts;
  }

  /** Looks at every include path, and at every mount of {@code mounts} below one. */
  Found find(MountTable mounts) {
    Map<PathBytes, Place> places = new TreeMap<>();
    Map<PathBytes, String> problems = new TreeMap<>();
    for (PathBytes include : includes) {
      try {
        places.put(include, at(include, mounts, /* isMountPoint= */ false));
      } catch (ErrnoException e) {
        problems.put(include, reason(e));
      }
      for (Mount mount : mounts.below(include)) {
        if (mount.isPseudo() || isExcluded(mount.point())) {
          continue;
        }
        if (crossMounts) {
          find(mount, mounts).ifPresent(place -> places.putIfAbsent(place.path(), place));
        } else if (places.containsKey(include)) {
          problems.put(include, mount.point() + " is mounted there, and cross-mounts = false");
        }
      }
    }
    return new Found(places.values(), problems);
  }

  /** Returns the place of a mount point, unless something else covers it. */
  private Optional<Place> find(Mount mount, MountTable mounts) {
    try {
      return Optional.of(at(mount.point(), mounts, /* isMountPoint= */ true))
          .filter(place -> place.mount().id() == mount.id());
    } catch (ErrnoException e) {
      return Optional.empty(); // unmounted, or moved, since the table was read
    }
  }

  private Place at(PathBytes path, MountTable mounts, boolean isMountPoint) throws ErrnoException {
    NativeBuffer name = NativeBuffer.cString(path.bytes());
    statx.probe(name);
    if (!statx.isDirectory()) {
      throw new ErrnoException("statx", Errno.ENOTDIR);
    }
    Mount mount =
        mounts
            .byId(numbered.probeMountinfoId(name).mountId())
            .orElseThrow(() -> new ErrnoException("statx", Errno.ENODEV)); // mounted just now
    return new Place(path, mount, statx.mountId(), statx.inode(), isMountPoint);
  }

  private boolean isExcluded(PathBytes path) {
    return rules.place(path.bytes(), path.bytes().length) == PathRules.Place.EXCLUDED;
  }

  private static String reason(ErrnoException e) {
    return switch (e.errno()) {
      case Errno.ENOENT -> "does not exist";
      case Errno.ENOTDIR -> "is not a directory";
      default -> String.valueOf(e.getMessage());
    };
  }
}
