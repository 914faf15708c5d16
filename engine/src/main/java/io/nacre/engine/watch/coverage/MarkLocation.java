package io.nacre.engine.watch.coverage;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.MarkInfo;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import java.util.List;

/**
 * Finds where the directory of a mark is now, by the file handle that the kernel prints for the
 * mark. Belongs to one thread.
 *
 * <p>One that something is mounted on, or above, is where it would be without. Overlays have no
 * handles that can be opened.
 */
final class MarkLocation {

  /** Whether it is protected by the rules. */
  enum Where {
    INSIDE,
    OUTSIDE,
    /** It is gone, or the file system has no handles. */
    UNKNOWN
  }

  private final PathRules rules;
  private final DescriptorPath read = new DescriptorPath();
  private final Statx statx = new Statx();
  private String path = "";

  MarkLocation(PathRules rules) {
    this.rules = rules;
  }

  /** Looks for the directory of {@code mark} on the file system of {@code places}. */
  Where find(MarkInfo mark, List<Coverage.Watched> places) {
    Where where = Where.OUTSIDE;
    path = "inode " + mark.inode();
    for (Coverage.Watched watched : places) {
      Place place = watched.place();
      if (where == Where.OUTSIDE && place.mount().kernelDevice() == mark.device()) {
        where = find(mark, place);
      }
    }
    return where;
  }

  /** Returns the path of the directory that was found last, or its number. */
  String path() {
    return path;
  }

  private Where find(MarkInfo mark, Place place) {
    try (Directory mount = place.open();
        Directory directory = mount.openByHandle(mark.handleType(), mark.handle())) {
      if (statx.read(directory.fd().number()).links() == 0) {
        return Where.UNKNOWN;
      }
      read.read(directory.fd().number());
      path = PathBytes.of(read.bytes()).toString();
      return rules.scopeOfDirectory(read.bytes(), read.length()) == PathRules.Scope.INSIDE
          ? Where.INSIDE
          : Where.OUTSIDE;
    } catch (ErrnoException e) {
      return Where.UNKNOWN;
    }
  }
}
