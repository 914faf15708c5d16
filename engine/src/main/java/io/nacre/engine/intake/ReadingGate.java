package io.nacre.engine.intake;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.WakeUp;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The switch that stops and resumes the reading of a group, for a hand-over to another process.
 *
 * <ul>
 *   <li>Owns: the two signals that end the waits of the reader threads.
 *   <li>Must not own: events; a reader that is inside answers or hands on what it has read.
 *   <li>Hands to: the reader threads, which enter before each step and leave after it.
 *   <li>Thread: any for {@link #open} and {@link #shut}, one at a time; the readers for the rest.
 * </ul>
 */
public final class ReadingGate implements AutoCloseable {
  private static final long LOOK_NANOS = 50_000;

  private final WakeUp shutSignal;
  private final WakeUp openSignal;
  private final AtomicInteger inside = new AtomicInteger();
  private volatile boolean isShut;

  private ReadingGate(WakeUp shutSignal, WakeUp openSignal) {
    this.shutSignal = shutSignal;
    this.openSignal = openSignal;
  }

  /** Creates a gate that is open. */
  public static ReadingGate create() throws ErrnoException {
    WakeUp shutSignal = WakeUp.open();
    try {
      return new ReadingGate(shutSignal, WakeUp.open());
    } catch (ErrnoException e) {
      shutSignal.close();
      throw e;
    }
  }

  /**
   * Stops the reading. Each reader finishes its step first.
   *
   * @return false if a reader is still inside after {@code millis}; the gate is then open again
   */
  public boolean shut(long millis) {
    openSignal.clear();
    isShut = true;
    shutSignal.signal();
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (inside.get() > 0) {
      if (deadlineNanos - System.nanoTime() < 0) {
        open();
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }

  /** Resumes the reading. */
  public void open() {
    shutSignal.clear();
    isShut = false;
    openSignal.signal();
  }

  /** Returns whether a reader may read; if so, {@link #leave} follows. */
  boolean enter() {
    inside.incrementAndGet();
    if (isShut) {
      inside.decrementAndGet();
      return false;
    }
    return true;
  }

  /** The reader has handled what it has read. */
  void leave() {
    inside.decrementAndGet();
  }

  /** Returns whether the reader inside is to leave. */
  boolean isShut() {
    return isShut;
  }

  /** Returns the descriptor that is readable while the gate is shut. */
  Fd shutFd() {
    return shutSignal.fd();
  }

  /** Returns the descriptor that is readable while the gate is open, once it was shut. */
  Fd openFd() {
    return openSignal.fd();
  }

  @Override
  public void close() {
    shutSignal.close();
    openSignal.close();
  }
}
