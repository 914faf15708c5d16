package io.nacre.engine.watch.filesystem;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import io.nacre.linux.file.Statx;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * Ignore marks on directories outside of the protected paths, which suppress events that a mark on
 * a whole file system raises there. Such a mark silences the files in its directory, so that each
 * costs one event and then none.
 *
 * <p>An ignore mark moves with its directory, into a protected path as well. A protected file may
 * get a second name in such a directory, and a file of that directory may get a second name inside.
 * So a directory is ignored only if no user but root can move it or make names in it. It must also
 * hold only files with one name that root alone can write: a process that may write a file may link
 * it.
 *
 * <p>The caller reports a moved directory to {@link #forget}, and a new name, owner or mode to
 * {@link #clearIgnoreMark}. The kernel may drop a mark when memory is short. Then the directory
 * raises events again, and one that comes later than {@link #SETTLED_NANOS} after the mark restores
 * it. Belongs to one actor.
 */
final class OutsideMarks {
  private static final int STICKY = 01000;

  /** Marks are few, since directories are; but a process may make many directories. */
  private static final int AT_MOST = 65_536;

  /** In a directory that has more files, a look at each would cost more than the mark saves. */
  private static final int MOST_FILES = 20_000;

  /** Events of the time before the mark arrive for so long at most; they say nothing about it. */
  static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final int LIST_BUFFER = 32 * 1024;

  private final Marks marks;
  private PathRules rules;
  private final LongFunction<Optional<Moves>> movesOnMount;
  private final Statx statx = new Statx();
  private final NativeBuffer buffer = new NativeBuffer(LIST_BUFFER);
  private final DirectoryEntries entries = new DirectoryEntries();
  private final DescriptorPath path = new DescriptorPath();
  private final LongSupplier nanoClock;

  /** When each directory got its ignore mark. */
  private final Map<PathBytes, Long> ignored = new HashMap<>();

  private boolean supported = true;

  /**
   * Silences nothing yet.
   *
   * @param movesOnMount finds the move events of the file system of one of the marked mounts
   */
  OutsideMarks(
      Marks marks,
      PathRules rules,
      LongFunction<Optional<Moves>> movesOnMount,
      LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.marks = marks;
    this.rules = rules;
    this.movesOnMount = movesOnMount;
  }

  /** Ignores the directory that {@code file} is in, if that is safe. */
  void learn(PathBytes file) {
    PathBytes directory = file.parent();
    if (supported
        && mayBeAdded(directory)
        && rules.scopeOfDirectory(directory.bytes(), directory.bytes().length)
            != PathRules.Scope.INSIDE
        && isSafe(directory)
        && isRootsToMove(directory)) {
      ignore(directory);
    }
  }

  /**
   * Decides by {@code other} from now on which directories are outside; the marks of before must be
   * removed.
   */
  void setRules(PathRules other) {
    rules = other;
  }

  private boolean mayBeAdded(PathBytes directory) {
    Long sinceNanos = ignored.get(directory);
    return sinceNanos == null
        ? ignored.size() < AT_MOST
        : nanoClock.getAsLong() - sinceNanos > SETTLED_NANOS;
  }

  /** Returns false if the kernel does not support such marks. */
  boolean areSupported() {
    return supported;
  }

  /** Removes every ignore mark: something moved, and it could be one of the directories. */
  void forget() throws ErrnoException {
    if (!ignored.isEmpty()) {
      marks.group().flushInodeMarks();
      ignored.clear();
    }
  }

  /**
   * Removes the ignore mark of {@code directory}: a file in it is new, or may have another owner
   * now.
   */
  void clearIgnoreMark(Directory directory) {
    try {
      if (ignored.remove(PathBytes.of(path.read(directory.fd().number()).bytes())) != null) {
        marks.unignoreDirectory(directory.fd());
      }
    } catch (ErrnoException e) {
      // The kernel dropped the mark already, or a directory without path was never ignored.
    }
  }

  private void ignore(PathBytes path) {
    try (Directory directory = Directory.openWithoutLinks(path.bytes())) {
      Optional<Moves> moves = movesOnMount.apply(statx.read(directory.fd().number()).mountId());
      if (moves.isPresent()) {
        moves.get().tellFiles(directory); // first, so that no change is missed
        if (holdsRootsFilesAlone(directory)) {
          marks.ignoreDirectory(directory.fd());
          ignored.put(path, nanoClock.getAsLong());
        }
      }
    } catch (ErrnoException e) {
      // Otherwise the directory is gone; then there is nothing to ignore.
      supported = e.errno() != Errno.EINVAL;
    }
  }

  private boolean holdsRootsFilesAlone(Directory directory) throws ErrnoException {
    int files = 0;
    for (int length = directory.list(buffer); length > 0; length = directory.list(buffer)) {
      entries.over(buffer.bytes(), length);
      while (entries.next()) {
        if (!entries.isDirectory() && !entries.isDot()) {
          files++;
          if (files > MOST_FILES || mayBeNamedElsewhere(directory.probe(entries.name()))) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** Returns whether a file has a second name, or an unprivileged process may give it one. */
  private static boolean mayBeNamedElsewhere(Statx file) {
    return file.links() > 1 || (file.isRegular() && !file.isWritableByRootOnly());
  }

  /**
   * Returns true if root alone can move {@code path}, or a directory above it. Each must lie in a
   * directory of root's in which root alone may write. Or other users may write there, but may not
   * move what is root's (the sticky bit).
   */
  private boolean isRootsToMove(PathBytes path) {
    PathBytes at = path;
    while (!at.equals(PathBytes.ROOT)) {
      PathBytes above = at.parent();
      if (!isSafe(above) && !(isSticky(above) && isRoots(at))) {
        return false;
      }
      at = above;
    }
    return true;
  }

  // With an access control list the group's bits are the most that the list grants to any user.

  private boolean isSafe(PathBytes directory) {
    return isRoots(directory) && statx.isWritableByRootOnly();
  }

  private boolean isSticky(PathBytes directory) {
    return isRoots(directory) && (statx.mode() & STICKY) != 0;
  }

  private boolean isRoots(PathBytes directory) {
    try {
      return statx.probe(NativeBuffer.cString(directory.bytes())).isDirectory() && statx.uid() == 0;
    } catch (ErrnoException e) {
      return false;
    }
  }
}
