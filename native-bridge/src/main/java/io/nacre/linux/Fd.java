package io.nacre.linux;

import java.lang.ref.Reference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file descriptor with one owner, which closes it once.
 *
 * <p>Closing it again does nothing, so a number that the kernel has used again is never closed. Any
 * thread may close it, but not while another thread uses the number: the owner arranges that.
 */
public final class Fd implements AutoCloseable {
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int O_CLOEXEC = 02000000;

  private final int number;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes ownership of the descriptor {@code number}. */
  public Fd(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("not a descriptor: " + number);
    }
    this.number = number;
  }

  /** Takes ownership of what {@code call} returned, or throws its error if that is negative. */
  public static Fd orThrow(String call, int result) throws ErrnoException {
    if (result < 0) {
      throw ErrnoException.last(call);
    }
    return new Fd(result);
  }

  /** Returns a duplicate of the descriptor {@code number}, which stays its owner's. */
  public static Fd copyOf(int number) throws ErrnoException {
    return orThrow("fcntl", IoLib.fcntl(number, F_DUPFD_CLOEXEC, 0));
  }

  /**
   * Makes this number a descriptor of what {@code other} is open on, by dup3(2), in one step. The
   * owner of {@code other} still closes it.
   */
  public void replaceBy(Fd other) throws ErrnoException {
    if (IoLib.dup3(other.number, number, O_CLOEXEC) < 0) {
      throw ErrnoException.last("dup3");
    }
  }

  /** Returns the descriptor's number, valid until {@link #close}. */
  public int number() {
    return number;
  }

  /** Returns true until the descriptor is closed. */
  public boolean isOpen() {
    return !closed.get();
  }

  /**
   * Reads at most {@code buffer.capacity()} bytes to the start of {@code buffer}.
   *
   * @return the number of bytes, 0 at the end of the file or when a non-blocking descriptor has
   *     none
   */
  public int read(NativeBuffer buffer) throws ErrnoException {
    long count = IoLib.read(number, buffer.address(), buffer.capacity());
    Reference.reachabilityFence(buffer);
    if (count < 0) {
      int errno = ErrnoException.lastErrno();
      if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
        return 0;
      }
      throw new ErrnoException("read", errno);
    }
    return (int) count;
  }

  /**
   * Reads at most {@code count} bytes of the file that {@code number} is open on, from {@code
   * offset} on, to {@code buffer} from {@code at} on. Neither the offset of the descriptor nor its
   * owner changes.
   *
   * @return the number of bytes, 0 at the end of the file
   */
  public static int readAt(int number, long offset, NativeBuffer buffer, int at, int count)
      throws ErrnoException {
    Objects.checkFromIndexSize(at, count, buffer.capacity());
    long read = IoLib.pread(number, buffer.address() + at, count, offset);
    Reference.reachabilityFence(buffer);
    if (read < 0) {
      throw ErrnoException.last("pread");
    }
    return (int) read;
  }

  /**
   * Writes the first {@code count} bytes of {@code buffer}.
   *
   * @return the number of bytes taken, which may be fewer
   */
  public int write(NativeBuffer buffer, int count) throws ErrnoException {
    if (count > buffer.capacity()) {
      throw new IndexOutOfBoundsException(count);
    }
    long written = IoLib.write(number, buffer.address(), count);
    Reference.reachabilityFence(buffer);
    if (written < 0) {
      throw ErrnoException.last("write");
    }
    return (int) written;
  }

  /** Gives the descriptor away: returns its number, which is no longer ours to close. */
  public int release() {
    if (!closed.compareAndSet(false, true)) {
      throw new IllegalStateException(this + " is closed");
    }
    return number;
  }

  /** Closes the descriptor; does nothing the second time. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      // close(2) releases the number whatever it returns; there is nothing to repair.
      IoLib.close(number);
    }
  }

  @Override
  public String toString() {
    return "fd " + number;
  }
}
