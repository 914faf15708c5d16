package io.nacre.engine.watch.place;

import io.nacre.engine.policy.PathRules;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Places for tests: real ones, and such that are nowhere. */
public final class Places {
  private Places() {}

  /** Returns the place of a directory that is there. */
  public static Place at(Path directory) throws IOException {
    PathRules rules =
        new PathRules(List.of(new PathRules.Include(directory.toString(), List.of())));
    return new PlaceFinder(rules, /* crossMounts= */ false)
        .find(MountTable.read()).places().stream().findFirst().orElseThrow();
  }

  /** Returns a place that cannot be opened. */
  public static Place nowhere(String path, Mount mount) {
    return new Place(PathBytes.of(path), mount, 1, 2, /* isMountPoint= */ false);
  }

  /** Returns the number that the mount of {@code path} has in a mount table. */
  static long mountOf(Path path) throws IOException {
    NativeBuffer name = NativeBuffer.cString(PathBytes.of(path.toString()).bytes());
    return new Statx().probeMountinfoId(name).mountId();
  }
}
