package io.nacre.engine.verdict;

import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * The tmpfs on which every open waits for our answer, whatever path it takes; for any thread. The
 * times of their files do not tell of every change, but whoever opens them to write does.
 */
public final class WholeTmpfs {
  private final Set<Long> devices = new CopyOnWriteArraySet<>();
  private final Runnable onUnseen;

  /** None yet; {@code onUnseen} is run when changes may have gone unseen on one. */
  public WholeTmpfs(Runnable onUnseen) {
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

  /** Returns whether {@code device} is one of them. */
  public boolean contain(long device) {
    return devices.contains(device);
  }
}
