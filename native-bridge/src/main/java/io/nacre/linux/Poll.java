package io.nacre.linux;

import java.nio.ByteBuffer;

/**
 * A wait for several descriptors at once, by poll(2); belongs to one thread.
 *
 * <p>The descriptors are fixed. The events waited for may change between waits.
 */
public final class Poll {
  /** Data can be read, or the other end is closed. */
  public static final short IN = 0x001;

  /** An exceptional condition, such as a change of a file in procfs. */
  public static final short PRIORITY = 0x002;

  /** Data can be written. */
  public static final short OUT = 0x004;

  /*
   * struct pollfd {      // offset
   *     int   fd;        //  0
   *     short events;    //  4
   *     short revents;   //  6
   * };                   //  8
   */
  private static final int SIZE = 8;
  private static final int EVENTS = 4;
  private static final int REVENTS = 6;

  private final NativeBuffer fds;
  private final int count;

  /** A wait for {@link #IN} on each of {@code descriptors}. */
  public Poll(Fd... descriptors) {
    this.count = descriptors.length;
    this.fds = new NativeBuffer(SIZE * count);
    for (int i = 0; i < count; i++) {
      fds.bytes().putInt(i * SIZE, descriptors[i].number());
      waitFor(i, IN);
    }
  }

  /** Waits for {@code events} on the descriptor at {@code index} from now on; 0 only for errors. */
  public void waitFor(int index, short events) {
    fds.bytes().putShort(index * SIZE + EVENTS, events);
  }

  /**
   * Waits until a descriptor is ready, at most {@code timeoutMillis}; a signal may end it early.
   *
   * @return the number of descriptors that are ready, 0 if none is
   */
  public int await(int timeoutMillis) throws ErrnoException {
    int ready = IoLib.poll(fds.address(), count, timeoutMillis);
    if (ready < 0) {
      int errno = ErrnoException.lastErrno();
      if (errno != Errno.EINTR) {
        throw new ErrnoException("poll", errno);
      }
      clearResults();
      return 0;
    }
    return ready;
  }

  /** Returns true if the last wait found the descriptor at {@code index} ready, or broken. */
  public boolean isReady(int index) {
    return fds.bytes().getShort(index * SIZE + REVENTS) != 0;
  }

  /** Returns true if the last wait found any of {@code events} at {@code index}. */
  public boolean has(int index, short events) {
    return (fds.bytes().getShort(index * SIZE + REVENTS) & events) != 0;
  }

  private void clearResults() {
    ByteBuffer bytes = fds.bytes();
    for (int i = 0; i < count; i++) {
      bytes.putShort(i * SIZE + REVENTS, (short) 0);
    }
  }
}
