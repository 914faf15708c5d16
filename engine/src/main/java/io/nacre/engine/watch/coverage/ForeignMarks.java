package io.nacre.engine.watch.coverage;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.place.Mount;
import io.nacre.engine.watch.place.MountTable;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkInfo;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Marks that a former engine placed on the group and this one does not need: on directories and
 * file systems outside of its places, and for events that it does not want. They cost events, and
 * never protection. Belongs to one thread.
 */
public final class ForeignMarks {
  /** After so many marks other threads get the processor. */
  private static final int PAUSE_EVERY = 200;

  private static final long PAUSE_MILLIS = 2;

  private final Marks marks;
  private final Coverage coverage;
  private final MarkLocation location;
  private final List<MarkInfo> foreign = new ArrayList<>();
  private int seen;

  /** A search among {@code marks} by the places of {@code coverage} and by {@code rules}. */
  public ForeignMarks(Marks marks, Coverage coverage, PathRules rules) {
    this.marks = marks;
    this.coverage = coverage;
    this.location = new MarkLocation(rules);
  }

  /** Removes them; returns the number of marks. */
  public int remove() throws IOException {
    MarkInfo.forEach(marks.group(), this::add);
    MountTable mounts = MountTable.read();
    int removed = 0;
    for (MarkInfo mark : foreign) {
      if (remove(mark, mounts)) {
        removed++;
      }
    }
    foreign.clear();
    return removed;
  }

  private void add(MarkInfo mark) {
    if (mark.mask() != 0 && unwanted(mark) != 0) {
      foreign.add(mark);
    }
    if (++seen % PAUSE_EVERY == 0) {
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the events of {@code mark} that this engine does not want. */
  private long unwanted(MarkInfo mark) {
    List<Coverage.Watched> places = coverage.places();
    boolean isNeeded =
        switch (mark.type()) {
          case INODE -> location.find(mark, places) != MarkLocation.Where.OUTSIDE;
          case FILESYSTEM ->
              places.stream()
                  .anyMatch(
                      at ->
                          at.strategy().filter(Strategy.FILESYSTEM::equals).isPresent()
                              && at.place().mount().kernelDevice() == mark.device());
          case MOUNT ->
              places.stream()
                  .anyMatch(
                      at ->
                          at.strategy().filter(Strategy.MOUNT::equals).isPresent()
                              && at.place().mount().id() == mark.mountId());
        };
    return isNeeded
        ? mark.mask() & ~(marks.events() | FanotifyMask.FAN_EVENT_ON_CHILD)
        : mark.mask();
  }

  private boolean remove(MarkInfo mark, MountTable mounts) {
    List<Mount> all =
        mark.type() == MarkType.MOUNT
            ? mounts.byId(mark.mountId()).stream().toList()
            : mounts.ofKernelDevice(mark.device());
    return all.stream().anyMatch(mount -> remove(mark, mount));
  }

  private boolean remove(MarkInfo mark, Mount mount) {
    try (Directory point = Directory.openWithoutLinks(mount.point().bytes())) {
      if (mark.type() != MarkType.INODE) {
        marks.removeEvents(mark.type(), unwanted(mark), point.fd());
        return true;
      }
      try (Directory directory = point.openByHandle(mark.handleType(), mark.handle())) {
        marks.removeEvents(MarkType.INODE, unwanted(mark), directory.fd());
        if (location.find(mark, coverage.places()) == MarkLocation.Where.INSIDE) {
          marks.addDirectory(directory.fd()); // it was moved inside meanwhile
        }
        return true;
      }
    } catch (ErrnoException e) {
      return false;
    }
  }
}
