package io.nacre.engine.watch.filesystem;

import io.nacre.engine.policy.Strategy;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.place.Mount;
import io.nacre.engine.watch.place.MountTable;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.StrategyChoice;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Places protected by one mark on their file system or mount: nothing below has to be walked or
 * followed, and no directory is ever too new. Path rules say which events are meant. Belongs to one
 * actor.
 */
final class WholeMountMarks {

  /** A place, and what was marked for it. */
  private record Marked(Place place, Strategy strategy, long device) {
    boolean sharesMarkWith(Marked other) {
      return strategy == other.strategy
          && (strategy == Strategy.MOUNT
              ? place.mountId() == other.place.mountId()
              : place.mount().device().equals(other.place.mount().device()));
    }
  }

  /** Where files can change without another time, so that every open for writing must be seen. */
  private static final Set<String> BLIND = Set.of("tmpfs", "xfs");

  private final Marks marks;
  private final WholeFilesystems seen;
  private final Statx statx = new Statx();
  private final List<Marked> marked = new ArrayList<>();

  /** Keeps in {@code seen} on which file systems every open waits. */
  WholeMountMarks(Marks marks, WholeFilesystems seen) {
    this.marks = marks;
    this.seen = seen;
  }

  /**
   * Marks what {@code place} lies on, and says in {@code claim} how that went.
   *
   * @return false if it could not be marked
   */
  boolean add(Place place, StrategyChoice choice, Coverage.Claim claim) {
    Coverage.Entry entry = Coverage.Entry.starting(place.path(), choice);
    try (Directory directory = place.open()) {
      marks.addWhole(type(choice.strategy()), directory.fd());
      long device = statx.read(directory.fd().number()).device();
      if (choice.strategy() == Strategy.FILESYSTEM && marks.holdUpOpens()) {
        seen.add(device);
      }
      marked.add(new Marked(place, choice.strategy(), device));
      claim.update(entry.with(Coverage.State.PROTECTED, Optional.empty()));
      return true;
    } catch (ErrnoException e) {
      claim.update(
          entry.with(Coverage.State.MISSING, Optional.of(place.path() + ": " + e.getMessage())));
      return false;
    }
  }

  /** Takes the mark for {@code place} off, unless it is there for another place as well. */
  void remove(Place place, MountTable mounts) {
    Optional<Marked> gone =
        marked.stream().filter(other -> other.place().equals(place)).findFirst();
    if (gone.isEmpty()) {
      return;
    }
    marked.remove(gone.get());
    if (marked.stream().anyMatch(gone.get()::sharesMarkWith)) {
      return;
    }
    if (seen.contains(gone.get().device())) {
      seen.remove(gone.get().device());
    }
    // Without a mount of it left, the mark went with the file system.
    for (Mount mount : mounts.ofDevice(place.mount().device())) {
      if (carries(gone.get(), mount) && unmark(gone.get().strategy(), mount.point())) {
        return;
      }
    }
  }

  /** Returns whether files on {@code device} can change without another time. */
  boolean isBlind(String device) {
    return marked.stream()
        .map(Marked::place)
        .map(Place::mount)
        .anyMatch(mount -> mount.device().equals(device) && BLIND.contains(mount.type()));
  }

  private static boolean carries(Marked marked, Mount mount) {
    return marked.strategy() == Strategy.FILESYSTEM || mount.id() == marked.place().mount().id();
  }

  /** Returns false if {@code path} leads nowhere, or to something else, by now. */
  private boolean unmark(Strategy strategy, PathBytes path) {
    try (Directory directory = Directory.openWithoutLinks(path.bytes())) {
      marks.removeWhole(type(strategy), directory.fd());
      return true;
    } catch (ErrnoException e) {
      return false;
    }
  }

  private static MarkType type(Strategy strategy) {
    return strategy == Strategy.MOUNT ? MarkType.MOUNT : MarkType.FILESYSTEM;
  }
}
