package io.nacre.engine.watch;

import io.nacre.engine.policy.PathRules;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.MarkInfo;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Directories that carry a mark though no walk met them, until it is known where they are.
 *
 * <p>They are found by the file handle that the kernel prints for a mark. One that something is
 * mounted on, or above, is inside still; one that cannot be found by its handle may be anywhere,
 * and is not counted.
 */
final class Strays {
  private static final int AT_MOST = 1_000;

  /** A directory, by the kernel's number of its device. */
  private record Inode(long device, long number) {}

  private final PathRules rules;
  private final DescriptorPath path = new DescriptorPath();
  private final Statx statx = new Statx();
  private Map<Inode, String> where = new HashMap<>();

  Strays(PathRules rules) {
    this.rules = rules;
  }

  /** Adds a directory that was not met. */
  void add(long device, long inode) {
    if (where.size() < AT_MOST) {
      where.put(new Inode(device, inode), "inode " + inode);
    }
  }

  boolean isEmpty() {
    return where.isEmpty();
  }

  /** Looks again; those stay that are still marked, and outside of {@code places}. */
  void lookAgain(Marks marks, List<Coverage.Watched> places) throws IOException {
    Map<Inode, String> still = new HashMap<>();
    MarksInKernel.forEach(
        marks,
        mark -> {
          Inode inode = new Inode(mark.device(), mark.inode());
          if (mark.type() == MarkType.INODE && where.containsKey(inode)) {
            String outside = outside(mark, places);
            if (!outside.isEmpty()) {
              still.put(inode, outside);
            }
          }
        });
    where = still;
  }

  /** Returns where they are, as far as that could be told. */
  List<String> where() {
    return where.values().stream().sorted().toList();
  }

  /** Returns where the marked directory is, or nothing if it may be inside of a place. */
  private String outside(MarkInfo mark, List<Coverage.Watched> places) {
    String found = "inode " + mark.inode();
    for (Coverage.Watched watched : places) {
      Place place = watched.place();
      if (MarksInKernel.device(place.mount()) == mark.device()) {
        found = outside(mark, place);
        if (found.isEmpty()) {
          break;
        }
      }
    }
    return found;
  }

  private String outside(MarkInfo mark, Place place) {
    try (Directory mount = DiskWalk.open(place, place.path());
        Directory directory = mount.openByHandle(mark.handleType(), mark.handle())) {
      path.read(directory.fd().number());
      boolean isInside =
          statx.read(directory.fd().number()).links() == 0
              || rules.place(path.bytes(), path.length()) == PathRules.Place.INSIDE;
      return isInside ? "" : PathBytes.of(path.bytes()).toString();
    } catch (ErrnoException e) {
      return "";
    }
  }
}
