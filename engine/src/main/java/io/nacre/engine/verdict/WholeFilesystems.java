package io.nacre.engine.verdict;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * The file systems on which every open waits for its answer, by any path; for any thread. On these,
 * an open for writing shows a change that the times of a file may not show.
 *
 * <p>Files in directories outside the protected paths that have an ignore mark are the exception.
 * Only root can move a file into such a directory. When a directory appears that root may have
 * moved there, clean files are invalidated.
 */
public final class WholeFilesystems {
  private final Set<Long> devices = new CopyOnWriteArraySet<>();
  private final Runnable onUnseen;

  /** An empty set; {@code onUnseen} is run when changes on a file system may have been missed. */
  public WholeFilesystems(Runnable onUnseen) {
    this.onUnseen = onUnseen;
  }

  /** Adds {@code device}: every open on it waits from now on. */
  public void add(long device) {
    onUnseen.run();
    devices.add(device);
  }

  /** Removes {@code device}: not every open on it waits from now on. */
  public void remove(long device) {
    devices.remove(device);
    onUnseen.run();
  }

  /** Invalidates clean files, since changes may have been missed. */
  public void invalidate() {
    onUnseen.run();
  }

  /** Returns whether every open on {@code device} waits. */
  public boolean contains(long device) {
    return devices.contains(device);
  }
}
