package io.nacre.engine.verdict;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * The file systems on which every open waits for our answer, whatever path it takes; for any
 * thread. Where the times of a file do not tell of every change, whoever opens it to write does.
 *
 * <p>But for files in directories outside of what is protected that were silenced. Nobody but root
 * can bring a file there, and when a directory that he may have moved there turns up, what is known
 * is forgotten.
 */
public final class WholeFilesystems {
  private final Set<Long> devices = new CopyOnWriteArraySet<>();
  private final Runnable onUnseen;

  /** None yet; {@code onUnseen} is run when changes may have gone unseen on one. */
  public WholeFilesystems(Runnable onUnseen) {
    this.onUnseen = onUnseen;
  }

  /** Every open on {@code device} waits from now on. */
  public void add(long device) {
    onUnseen.run();
    devices.add(device);
  }

  /** Not every open on {@code device} waits from now on. */
  public void remove(long device) {
    devices.remove(device);
    onUnseen.run();
  }

  /** Changes may have gone unseen. */
  public void unseen() {
    onUnseen.run();
  }

  /** Returns whether {@code device} is one of them. */
  public boolean contain(long device) {
    return devices.contains(device);
  }
}
