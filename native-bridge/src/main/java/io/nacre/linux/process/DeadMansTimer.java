package io.nacre.linux.process;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;
import java.time.Duration;

/**
 * A kernel timer that kills this process unless it is re-armed in time.
 *
 * <p>It fires even when the process is stopped or waits for itself; the kernel then closes the
 * fanotify group, and allows all openers that wait. The time in which a machine is suspended does
 * not count. Any thread may call {@link #rearm}.
 */
public final class DeadMansTimer implements AutoCloseable {
  private static final int CLOCK_MONOTONIC = 1;
  private static final int SIGKILL = 9;

  /*
   * struct sigevent {                // offset
   *     union sigval sigev_value;    //  0
   *     int sigev_signo;             //  8
   *     int sigev_notify;            // 12, SIGEV_SIGNAL is 0
   *     …
   * };                               // 64
   */
  private static final int SIGEVENT_SIZE = 64;
  private static final int SIGEV_SIGNO = 8;

  /*
   * struct itimerspec {                  // offset
   *     struct timespec it_interval;     //  0
   *     struct timespec it_value;        // 16: seconds, nanoseconds
   * };                                   // 32
   */
  private static final int ITIMERSPEC_SIZE = 32;
  private static final int IT_VALUE = 16;

  private final long timer;
  private final NativeBuffer armed = new NativeBuffer(ITIMERSPEC_SIZE);
  private boolean closed;

  private DeadMansTimer(long timer, Duration timeout) {
    this.timer = timer;
    armed
        .bytes()
        .putLong(IT_VALUE, timeout.toSeconds())
        .putLong(IT_VALUE + 8, timeout.toNanosPart());
  }

  /** Starts a timer that kills this process {@code timeout} after the last {@link #rearm}. */
  public static DeadMansTimer start(Duration timeout) throws ErrnoException {
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException("a dead man's timer needs a time: " + timeout);
    }
    NativeBuffer event = new NativeBuffer(SIGEVENT_SIZE);
    event.bytes().putInt(SIGEV_SIGNO, SIGKILL);
    NativeBuffer id = new NativeBuffer(8);
    int failed = TimerLib.timer_create(CLOCK_MONOTONIC, event.address(), id.address());
    Reference.reachabilityFence(event);
    if (failed < 0) {
      throw ErrnoException.last("timer_create");
    }
    DeadMansTimer timer = new DeadMansTimer(id.bytes().getLong(0), timeout);
    timer.rearm();
    return timer;
  }

  /** Starts the time anew. */
  public synchronized void rearm() throws ErrnoException {
    if (!closed && TimerLib.timer_settime(timer, 0, armed.address(), 0) < 0) {
      throw ErrnoException.last("timer_settime");
    }
  }

  /** Deletes the timer, which kills this process no more. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      TimerLib.timer_delete(timer);
    }
  }
}
