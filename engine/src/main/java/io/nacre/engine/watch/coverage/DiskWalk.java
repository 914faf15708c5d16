package io.nacre.engine.watch.coverage;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import io.nacre.linux.file.Statx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A walk through the directories of a place as they are on disk, with or without marks.
 *
 * <p>It follows no symbolic link, crosses no mount, and leaves out excluded directories. Belongs to
 * one thread.
 */
final class DiskWalk {

  /** Receives the directories of a walk. */
  interface Visitor {
    /**
     * There is a directory at {@code path}; {@code statx} identifies it, and is valid until this
     * returns.
     */
    void directory(PathBytes path, Statx statx);

    /** The directories below {@code path} cannot be listed. */
    void unreadable(PathBytes path, ErrnoException e);
  }

  /** Each level holds a descriptor, and an unprivileged user can nest directories without limit. */
  private static final int LEVELS = 64;

  private static final int LIST_BUFFER = 16 * 1024;

  /** The most bytes of a path that one call takes, with room for a name. */
  private static final int LONGEST = 3800;

  private final PathRules rules;
  private final BooleanSupplier goesOn;
  private final Statx statx = new Statx();
  private final List<NativeBuffer> buffers = new ArrayList<>();

  /** Directories that are too deep, walked later when fewer directories are open. */
  private final Deque<PathBytes> later = new ArrayDeque<>();

  /**
   * A walk that leaves out what {@code rules} exclude.
   *
   * @param goesOn is queried before each directory; once it is false, the walk is over
   */
  DiskWalk(PathRules rules, BooleanSupplier goesOn) {
    this.rules = rules;
    this.goesOn = goesOn;
  }

  /** Opens the directory at {@code path} in {@code place}, if the place is still there. */
  static Directory open(Place place, PathBytes path) throws ErrnoException {
    Directory here = place.open();
    byte[] below = path.relativeTo(place.path());
    try {
      for (int start = 0; start < below.length; ) {
        int end = endOfPart(below, start);
        Directory next = here.openChildOnSameMount(Arrays.copyOfRange(below, start, end));
        here.close();
        here = next;
        start = end + 1;
      }
      return here;
    } catch (ErrnoException e) {
      here.close();
      throw e;
    }
  }

  /** Returns where a part of the path ends that starts at {@code start} and is not too long. */
  private static int endOfPart(byte[] path, int start) {
    if (path.length - start <= LONGEST) {
      return path.length;
    }
    int end = start + LONGEST;
    while (path[end] != '/') {
      end--;
    }
    return end;
  }

  /**
   * Returns true if {@code e} only reports that a directory is gone, or is another object by now.
   */
  static boolean isGone(ErrnoException e) {
    return switch (e.errno()) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV, Errno.ESTALE -> true;
      default -> false;
    };
  }

  /** Hands every directory of {@code place} to {@code visitor}. */
  void walk(Place place, Visitor visitor) {
    later.clear();
    later.add(place.path());
    for (PathBytes next = later.poll(); next != null; next = later.poll()) {
      try (Directory directory = open(place, next)) {
        walk(directory, next, 0, visitor);
      } catch (ErrnoException e) {
        report(next, e, visitor);
      }
    }
  }

  private void walk(Directory directory, PathBytes path, int level, Visitor visitor)
      throws ErrnoException {
    visitor.directory(path, statx.read(directory.fd().number()));
    NativeBuffer buffer = buffer(level);
    DirectoryEntries entries = new DirectoryEntries();
    for (int length = directory.list(buffer);
        length > 0 && goesOn.getAsBoolean();
        length = directory.list(buffer)) {
      entries.over(buffer.bytes(), length);
      while (entries.next()) {
        if (entries.mayBeDirectory() && !entries.isDot()) {
          child(directory, path, entries.name(), level, visitor);
        }
      }
    }
  }

  private void child(Directory directory, PathBytes path, byte[] name, int level, Visitor visitor) {
    if (!goesOn.getAsBoolean()) {
      return;
    }
    PathBytes child = path.child(name);
    if (rules.scopeOfDirectory(child.bytes(), child.bytes().length) != PathRules.Scope.INSIDE) {
      return;
    }
    if (level + 1 == LEVELS) {
      later.add(child);
      return;
    }
    try (Directory next = directory.openChildOnSameMount(name)) {
      walk(next, child, level + 1, visitor);
    } catch (ErrnoException e) {
      report(child, e, visitor);
    }
  }

  private static void report(PathBytes path, ErrnoException e, Visitor visitor) {
    if (!isGone(e)) {
      visitor.unreadable(path, e);
    }
  }

  private NativeBuffer buffer(int level) {
    if (buffers.size() == level) {
      buffers.add(new NativeBuffer(LIST_BUFFER));
    }
    return buffers.get(level);
  }
}
