package io.nacre.engine.watch.coverage;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.linux.fanotify.MarkType;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Directories that carry a mark although no walk met them, until their location is known. A
 * directory that cannot be found may be anywhere, and is not counted.
 */
final class OrphanMarks {
  private static final int AT_MOST = 1_000;

  /** A directory, by the kernel's number of its device. */
  private record Inode(long device, long number) {}

  private final MarkLocation location;
  private Map<Inode, String> where = new HashMap<>();

  OrphanMarks(PathRules rules) {
    this.location = new MarkLocation(rules);
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

  /** Looks again, and keeps those that are still marked and outside of {@code places}. */
  void lookAgain(Marks marks, List<Coverage.Watched> places) throws IOException {
    Map<Inode, String> still = new HashMap<>();
    MarksInKernel.forEach(
        marks,
        mark -> {
          Inode inode = new Inode(mark.device(), mark.inode());
          if (mark.type() == MarkType.INODE
              && where.containsKey(inode)
              && location.find(mark, places) == MarkLocation.Where.OUTSIDE) {
            still.put(inode, location.path());
          }
        });
    where = still;
  }

  /** Returns their paths, as far as they could be found. */
  List<String> where() {
    return where.values().stream().sorted().toList();
  }
}
