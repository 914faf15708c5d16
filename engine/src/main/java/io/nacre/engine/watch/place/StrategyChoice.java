package io.nacre.engine.watch.place;

import io.nacre.engine.policy.Strategy;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * How a place is protected, and why so.
 *
 * @param strategy never {@code AUTO}
 * @param reason for people
 */
public record StrategyChoice(Strategy strategy, String reason) {
  /** From so many directories on, a watch and a mark for each costs more than it saves. */
  private static final int LARGE = 20_000;

  private static final int LIST_BUFFER = 32 * 1024;

  /** Chooses for {@code place}, unless {@code configured} says what it is to be. */
  static StrategyChoice of(Strategy configured, Place place) {
    if (configured == Strategy.MOUNT) {
      return new StrategyChoice(configured, "opens through other mounts are not seen");
    }
    if (configured != Strategy.AUTO) {
      return new StrategyChoice(configured, "configured");
    }
    if (place.path().equals(PathBytes.ROOT)) {
      return new StrategyChoice(Strategy.FILESYSTEM, "it is the whole machine");
    }
    if (place.mount().type().equals(Overlays.TYPE)) {
      return new StrategyChoice(Strategy.DDD, "it is on an overlay");
    }
    if (place.path().equals(place.mount().point()) && !place.mount().isBind()) {
      return new StrategyChoice(Strategy.FILESYSTEM, "it is a whole file system");
    }
    return isLarge(place.path())
        ? new StrategyChoice(Strategy.FILESYSTEM, "it has more than " + LARGE + " directories")
        : new StrategyChoice(Strategy.DDD, "it is a part of a file system, and not large");
  }

  /** Counts directories until there are enough of them. */
  private static boolean isLarge(PathBytes path) {
    Deque<PathBytes> left = new ArrayDeque<>();
    left.push(path);
    int found = 1;
    while (!left.isEmpty() && found <= LARGE) {
      List<PathBytes> below = directoriesIn(left.pop());
      below.forEach(left::push);
      found += below.size();
    }
    return found > LARGE;
  }

  /** One that is gone, or too deep to have a path, counts as empty. */
  private static List<PathBytes> directoriesIn(PathBytes path) {
    NativeBuffer buffer = new NativeBuffer(LIST_BUFFER);
    DirectoryEntries entries = new DirectoryEntries();
    List<PathBytes> found = new ArrayList<>();
    try (Directory directory = Directory.openWithoutLinks(path.bytes())) {
      for (int length = directory.list(buffer); length > 0; length = directory.list(buffer)) {
        entries.over(buffer.bytes(), length);
        while (entries.next()) {
          if (entries.isDirectory() && !entries.isDot()) {
            found.add(path.child(entries.name()));
          }
        }
      }
    } catch (ErrnoException e) {
      return List.of();
    }
    return found;
  }
}
