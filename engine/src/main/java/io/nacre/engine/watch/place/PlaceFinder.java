package io.nacre.engine.watch.place;

import static java.util.stream.Collectors.toCollection;

import io.nacre.engine.policy.PathRules;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the places to protect: the include paths that exist now, and what is mounted below them.
 *
 * <p>Belongs to one thread. Opens nothing: an open directory would keep its file system from being
 * unmounted.
 */
public final class PlaceFinder {

  /**
   * What was found.
   *
   * @param places what is to be protected
   * @param problems for each include path that is not there, or not protected as a whole, why
   * @param unsure the numbers of mounts that could not be looked at, and may be where they were
   * @param isStale whether the mounts are others by now than the table says
   */
  public record Found(
      Collection<Place> places,
      Map<PathBytes, String> problems,
      Set<Long> unsure,
      boolean isStale) {}

  private final Set<PathBytes> includes;
  private final Set<PathBytes> starts;
  private final PathRules rules;
  private final boolean crossMounts;
  private final Statx statx = new Statx();
  private final Statx numbered = new Statx();

  /** A finder by {@code rules}; what is mounted below is left out without {@code crossMounts}. */
  public PlaceFinder(PathRules rules, boolean crossMounts) {
    this.includes =
        rules.includes().stream().map(PathBytes::of).collect(toCollection(TreeSet::new));
    this.starts = rules.starts().stream().map(PathBytes::of).collect(toCollection(TreeSet::new));
    this.rules = rules;
    this.crossMounts = crossMounts;
  }

  /** Looks at every include path, and at every mount of {@code mounts} below one. */
  public Found find(MountTable mounts) {
    return new Search(mounts).run();
  }

  /** One look at everything. */
  private final class Search {
    private final MountTable mounts;
    private final Map<PathBytes, Place> places = new TreeMap<>();
    private final Map<PathBytes, String> missing = new TreeMap<>();
    private final Map<PathBytes, Gaps> gaps = new TreeMap<>();
    private final Set<Long> unsure = new HashSet<>();
    private boolean isStale;

    Search(MountTable mounts) {
      this.mounts = mounts;
    }

    Found run() {
      includes.forEach(this::lookAtInclude);
      for (PathBytes start : starts) {
        mounts.below(start).stream()
            .filter(mount -> !mount.isPseudo())
            .filter(mount -> isInside(mount.point()) && !includes.contains(mount.point()))
            .forEach(mount -> lookAtMount(start, mount));
      }
      Map<PathBytes, String> problems = new TreeMap<>(missing);
      gaps.forEach((include, gap) -> problems.putIfAbsent(include, gap.toString()));
      return new Found(places.values(), problems, unsure, isStale);
    }

    private void lookAtInclude(PathBytes include) {
      try {
        Place place = at(include, mounts, /* isMountPoint= */ false);
        // Else it is reached from the include around it.
        if (starts.contains(include) || place.mount().point().equals(include)) {
          places.put(include, place);
        }
      } catch (ErrnoException e) {
        isStale |= e.errno() == Errno.ENODEV;
        if (starts.contains(include)) {
          missing.put(include, reason(e));
        }
      }
    }

    private void lookAtMount(PathBytes include, Mount mount) {
      if (!crossMounts) {
        gap(include, mount.point() + " is mounted there, and cross-mounts = false");
        return;
      }
      try {
        Place place = at(mount.point(), mounts, /* isMountPoint= */ true);
        if (place.mount().id() == mount.id()) { // else something else covers it
          places.put(place.path(), place);
        }
      } catch (ErrnoException e) {
        switch (e.errno()) {
          case Errno.ENOENT, Errno.ENODEV -> { // unmounted, or moved, since the table was read
            isStale = true;
            unsure.add(mount.id());
          }
          case Errno.ENOTDIR ->
              gap(include, mount.point() + " is a file that is mounted there, and not protected");
          default -> {
            unsure.add(mount.id());
            gap(include, mount.point() + " cannot be looked at: " + e.getMessage());
          }
        }
      }
    }

    private void gap(PathBytes include, String what) {
      gaps.computeIfAbsent(include, none -> new Gaps()).add(what);
    }
  }

  /** What is not protected below one include path; the first few are named. */
  private static final class Gaps {
    private static final int NAMED = 5;

    private final StringJoiner named = new StringJoiner("; ");
    private int count;

    void add(String what) {
      count++;
      if (count <= NAMED) {
        named.add(what);
      }
    }

    @Override
    public String toString() {
      return count > NAMED ? named + "; and " + (count - NAMED) + " more" : named.toString();
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

  private boolean isInside(PathBytes path) {
    return rules.scopeOfDirectory(path.bytes(), path.bytes().length) == PathRules.Scope.INSIDE;
  }

  private static String reason(ErrnoException e) {
    return switch (e.errno()) {
      case Errno.ENOENT -> "does not exist";
      case Errno.ENOTDIR -> "is not a directory";
      default -> String.valueOf(e.getMessage());
    };
  }
}
