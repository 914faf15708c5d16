package io.nacre.engine.watch.newfiles;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A search for the files in directories that came into protected trees. It hands their paths on to
 * be opened and scanned: a few at a time, as there is room.
 *
 * <p>No symbolic link is followed, no mount crossed, and nothing but directories is opened. An open
 * directory keeps its file system mounted, so the search ends when there is no room for long. Files
 * that it drops then are counted, and scanned at their next open. Belongs to one actor.
 */
public final class NewFiles implements AutoCloseable {
  private static final int LIST_BUFFER = 8 * 1024;
  private static final long TIME_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** An open directory, and the names in it that were read and not looked at yet. */
  private record Listing(Directory directory, Deque<byte[]> files, Deque<byte[]> directories) {
    boolean isEmpty() {
      return files.isEmpty() && directories.isEmpty();
    }
  }

  private final NewFileSink sink;
  private PathRules rules;
  private final OpenDirectoryLimit openLimit;
  private final LongSupplier nanoClock;
  private final NativeBuffer buffer = new NativeBuffer(LIST_BUFFER);
  private final DirectoryEntries entries = new DirectoryEntries();
  private final DescriptorPath path = new DescriptorPath();
  private final Deque<Listing> open = new ArrayDeque<>();
  private Optional<Fd> waiting = Optional.empty();
  private long waitingSinceNanos;

  /** Hands on to {@code sink}, which opens the files: see {@link FileOpener}. */
  public NewFiles(
      NewFileSink sink, PathRules rules, OpenDirectoryLimit openLimit, LongSupplier nanoClock) {
    this.openLimit = openLimit;
    this.sink = sink;
    this.rules = rules;
    this.nanoClock = nanoClock;
  }

  /** Decides by {@code other} from now on which files are protected. */
  public void setRules(PathRules other) {
    rules = other;
  }

  /** Returns true if the sink takes no new files. */
  public boolean areIgnored() {
    return sink == NewFileSink.NONE;
  }

  /** Adds a directory with all below it; the caller still owns it. */
  public void addTree(Directory directory) {
    if (areIgnored()) {
      return;
    }
    try {
      push(directory.reopen());
    } catch (ErrnoException e) {
      sink.dropped(1);
    }
  }

  /** Adds one file, if {@code name} in {@code directory} is one. */
  public void addFile(Directory directory, byte[] name) {
    try {
      directory.findRegularFile(name).filter(file -> !sink.offer(file)).ifPresent(sink::dropped);
    } catch (ErrnoException e) {
      // It is gone, or cannot be read now.
    }
  }

  public boolean isDone() {
    return open.isEmpty() && waiting.isEmpty();
  }

  /** Continues past at most {@code names} names; returns false if there is no room just now. */
  public boolean step(int names) {
    for (int i = 0; i < names && !isDone(); i++) {
      if (!placeWaiting()) {
        return false;
      }
      Listing here = open.peek();
      if (here == null) {
        return true;
      }
      try {
        if (here.isEmpty() && !readNames(here)) {
          pop();
        } else if (here.files().isEmpty()) {
          lookAtDirectory(here.directory(), here.directories().remove());
        } else {
          lookAtFile(here.directory(), here.files().remove());
        }
      } catch (ErrnoException e) {
        pop();
      }
    }
    return true;
  }

  /** Closes and forgets everything. */
  @Override
  public void close() {
    waiting.ifPresent(Fd::close);
    waiting = Optional.empty();
    while (!open.isEmpty()) {
      pop();
    }
  }

  /** Hands on the file that there was no room for; returns false if there is still none. */
  private boolean placeWaiting() {
    if (waiting.isEmpty()) {
      return true;
    }
    if (sink.offer(waiting.get())) {
      waiting = Optional.empty();
      return true;
    }
    if (nanoClock.getAsLong() - waitingSinceNanos > TIME_LIMIT_NANOS) {
      sink.dropped(waiting.get());
      waiting = Optional.empty();
      sink.dropped(open.size()); // at least
      close();
    }
    return false;
  }

  /** Reads further names; returns false if there are no more. */
  private boolean readNames(Listing here) throws ErrnoException {
    while (here.isEmpty()) {
      int length = here.directory().list(buffer);
      if (length == 0) {
        return false;
      }
      entries.over(buffer.bytes(), length);
      while (entries.next()) {
        if (entries.isRegular()) {
          here.files().add(entries.name());
        } else if (entries.mayBeDirectory() && !entries.isDot()) {
          here.directories().add(entries.name());
        }
      }
    }
    return true;
  }

  private void lookAtFile(Directory directory, byte[] name) {
    try {
      if (isInside(directory, name)) {
        directory.findRegularFile(name).ifPresent(this::hand);
      }
    } catch (ErrnoException e) {
      // It is gone, or was replaced: the next open of it causes a scan.
    }
  }

  private void lookAtDirectory(Directory directory, byte[] name) {
    try {
      if (isInside(directory, name)) {
        push(directory.openChildOnSameMount(name));
      }
    } catch (ErrnoException e) {
      // It is gone, or it is a mount point.
    }
  }

  private void hand(Fd file) {
    if (!sink.offer(file)) {
      waiting = Optional.of(file);
      waitingSinceNanos = nanoClock.getAsLong();
    }
  }

  private void push(Directory directory) {
    if (openLimit.tryAcquire(open.size())) {
      open.push(new Listing(directory, new ArrayDeque<>(), new ArrayDeque<>()));
    } else {
      directory.close();
      sink.dropped(1); // at least
    }
  }

  private void pop() {
    openLimit.release(open.size());
    open.pop().directory().close();
  }

  private boolean isInside(Directory directory, byte[] name) throws ErrnoException {
    PathBytes child = PathBytes.of(path.read(directory.fd().number()).bytes()).child(name);
    return rules.scopeOfFile(child.bytes(), child.bytes().length) == PathRules.Scope.INSIDE;
  }
}
