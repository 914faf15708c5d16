package io.nacre.linux;

/**
 * An eventfd(2) that ends the {@link Poll} of another thread.
 *
 * <p>Any thread may call {@link #signal}, also after {@link #close}. A signal stays until {@link
 * #clear}, so that a later wait ends at once.
 */
public final class WakeUp implements AutoCloseable {
  private static final int EFD_CLOEXEC = 02000000;
  private static final int EFD_NONBLOCK = 04000;

  private final Fd fd;
  private final NativeBuffer one = new NativeBuffer(8);
  private final NativeBuffer drained = new NativeBuffer(8);

  private WakeUp(Fd fd) {
    this.fd = fd;
    one.bytes().putLong(0, 1);
  }

  /** Opens one without a signal. */
  public static WakeUp open() throws ErrnoException {
    return new WakeUp(Fd.orThrow("eventfd", IoLib.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)));
  }

  /** Makes the descriptor readable until {@link #clear}. */
  public synchronized void signal() {
    if (fd.isOpen()) {
      // Fails only when 2^64-2 signals wait, and then the descriptor is readable already.
      IoLib.write(fd.number(), one.address(), 8);
    }
  }

  /** Clears all signals; for the thread that waits. */
  public void clear() {
    IoLib.read(fd.number(), drained.address(), 8);
  }

  /** Returns the descriptor to wait for. */
  public Fd fd() {
    return fd;
  }

  @Override
  public synchronized void close() {
    fd.close();
  }
}
