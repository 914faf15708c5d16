package io.nacre.engine.watch.tree;

import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.linux.file.Directory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The part of a tree that is still to be walked. It consists of open directories, deepest first,
 * with the names in them that were not looked at yet. Other directories wait until fewer are open.
 *
 * <p>A directory is named by its wd, which the inotify instance never gives to another one.
 */
final class PendingWalk {
  /** How directories are looked at. */
  enum Manner {
    /** A directory of the table is left as it is. */
    PLAIN,
    /** Also below directories of the table. */
    THOROUGH,
    /** A directory that is not in the table came into the tree just now, with the files in it. */
    ARRIVED
  }

  /**
   * An open directory.
   *
   * @param left names of directories in it that were not looked at yet
   * @param manner how to look at them
   */
  record Open(Directory directory, int wd, List<byte[]> left, Manner manner) {}

  /** A directory that is not open. */
  record Closed(int wd, Manner manner) {}

  private final OpenDirectoryLimit openLimit;
  private final Deque<Open> open = new ArrayDeque<>();
  private final Deque<Closed> closed = new ArrayDeque<>();

  /** Nothing to walk yet; keeps no more directories open than {@code openLimit} allows. */
  PendingWalk(OpenDirectoryLimit openLimit) {
    this.openLimit = openLimit;
  }

  /** Adds an open directory; the walk owns and closes it. */
  void add(Open next) {
    if (next.left().isEmpty()) {
      next.directory().close();
    } else if (openLimit.tryAcquire(open.size())) {
      open.push(next);
    } else {
      next.directory().close();
      add(new Closed(next.wd(), next.manner()));
    }
  }

  /** Adds a directory that is to be opened and listed. */
  void add(Closed next) {
    closed.add(next);
  }

  /** Returns the open directory to continue with; directories without names left are closed. */
  Optional<Open> current() {
    while (!open.isEmpty() && open.peek().left().isEmpty()) {
      skip();
    }
    return Optional.ofNullable(open.peek());
  }

  /** Closes the current directory, whatever is left in it. */
  void skip() {
    openLimit.release(open.size());
    open.pop().directory().close();
  }

  /** Returns and removes the next directory that is to be opened. */
  Optional<Closed> nextClosed() {
    return Optional.ofNullable(closed.poll());
  }

  boolean isDone() {
    return current().isEmpty() && closed.isEmpty();
  }

  /** Closes and forgets everything. */
  void clear() {
    while (!open.isEmpty()) {
      skip();
    }
    closed.clear();
  }
}
