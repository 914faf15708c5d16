package io.nacre.engine.context;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import java.util.ArrayList;
import java.util.List;

/**
 * The signal that ends every wait of an engine, and one more signal for each part that is replaced
 * while the engine runs. For any thread.
 */
public final class StopSignals implements AutoCloseable {
  private final WakeUp all;
  private final List<WakeUp> parts = new ArrayList<>();
  private boolean isSignalled;

  private StopSignals(WakeUp all) {
    this.all = all;
  }

  /** Opens the signals, of which none is given yet. */
  public static StopSignals open() throws ErrnoException {
    return new StopSignals(WakeUp.open());
  }

  /** Returns the signal of the whole engine. */
  public WakeUp all() {
    return all;
  }

  /** Opens the signal of one part, which the signal of the engine gives as well. */
  public synchronized WakeUp openPart() throws ErrnoException {
    WakeUp part = WakeUp.open();
    if (isSignalled) {
      part.signal();
    }
    parts.add(part);
    return part;
  }

  /** Closes the signal of one part, whose threads have ended. */
  public synchronized void closePart(WakeUp part) {
    parts.remove(part);
    part.close();
  }

  /** Ends every wait, from now on. */
  public synchronized void signal() {
    isSignalled = true;
    all.signal();
    parts.forEach(WakeUp::signal);
  }

  @Override
  public synchronized void close() {
    parts.forEach(WakeUp::close);
    parts.clear();
    all.close();
  }
}
