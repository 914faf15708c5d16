package io.nacre.engine.watch.tree;

import io.nacre.linux.file.Directory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What is still to be walked: directories that are open, with the names in them that were not
 * looked at yet, deepest first; and such that wait until fewer are open.
 *
 * <p>A directory is known by its wd, which is never given to another one as long as this instance
 * of inotify lasts.
 */
final class PendingWalk {
  /** Each holds a descriptor, and anybody can make directories as deep as he likes. */
  private static final int OPEN_AT_MOST = 200;

  /** How directories are looked at. */
  enum Manner {
    /** One that is known already is left as it is. */
    PLAIN,
    /** Also below directories that are known already. */
    THOROUGH,
    /** One that is not known came into the tree just now, with the files in it. */
    NEWS
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

  private final Deque<Open> open = new ArrayDeque<>();
  private final Deque<Closed> closed = new ArrayDeque<>();

  /** Adds an open directory, which is closed in the end. */
  void add(Open next) {
    if (next.left().isEmpty()) {
      next.directory().close();
    } else if (open.size() < OPEN_AT_MOST) {
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

  /** Returns the open directory to go on with; directories without names left are closed. */
  Optional<Open> current() {
    while (!open.isEmpty() && open.peek().left().isEmpty()) {
      open.pop().directory().close();
    }
    return Optional.ofNullable(open.peek());
  }

  /** Closes the current directory, whatever is left in it. */
  void skip() {
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
    open.forEach(directory -> directory.directory().close());
    open.clear();
    closed.clear();
  }
}
