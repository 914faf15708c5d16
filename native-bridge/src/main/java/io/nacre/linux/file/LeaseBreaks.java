package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;

/**
 * The notifications that a writer waits for one of our read leases, as in fcntl(2).
 *
 * <p>The kernel notifies by a real-time signal to the thread that opened this, and to no other. It
 * is blocked there and read from a descriptor. When too many signals wait the kernel sends {@code
 * SIGIO} instead, which the whole process ignores. So the holder also checks its leases by {@link
 * Lease#isHeld} from time to time. All of this belongs to that one thread, which has to live as
 * long as the leases.
 */
public final class LeaseBreaks implements AutoCloseable {
  private static final int F_SETSIG = 10;
  private static final int F_SETOWN_EX = 15;

  private static final int SIGIO = 29;
  private static final long SIG_IGN = 1;
  private static final int SIG_BLOCK = 0;
  private static final int SFD_CLOEXEC = 02000000;
  private static final int SFD_NONBLOCK = 04000;

  /** A real-time signal that neither the C library nor the JVM uses. */
  private static final int SIGNAL = 50;

  /** {@code sigset_t} of any C library. */
  private static final int SIGSET_SIZE = 128;

  /*
   * struct signalfd_siginfo {      // offset
   *     uint32_t ssi_signo;        //  0
   *     …
   *     int32_t  ssi_fd;           // 20
   *     …
   * };                             // 128
   */
  private static final int SIGINFO_SIZE = 128;
  private static final int SSI_FD = 20;

  private static final NativeBuffer THREAD_SELF =
      NativeBuffer.cString("/proc/thread-self".getBytes(StandardCharsets.US_ASCII));

  private final Fd signals;
  private final NativeBuffer info = new NativeBuffer(SIGINFO_SIZE);

  /** {@code struct f_owner_ex { int type; pid_t pid; }}; F_OWNER_TID is 0. */
  private final NativeBuffer owner = new NativeBuffer(8);

  private LeaseBreaks(Fd signals, int thread) {
    this.signals = signals;
    owner.bytes().putInt(4, thread);
  }

  /** Opens the notifications for leases of the calling thread. */
  public static LeaseBreaks open() throws ErrnoException {
    NativeBuffer set = new NativeBuffer(SIGSET_SIZE);
    set.bytes().putLong(0, 1L << (SIGNAL - 1));
    LeaseLib.signal(SIGIO, SIG_IGN);
    LeaseLib.signal(SIGNAL, SIG_IGN); // a blocked signal is queued nevertheless
    int failed = LeaseLib.pthread_sigmask(SIG_BLOCK, set.address(), 0);
    if (failed != 0) {
      throw new ErrnoException("pthread_sigmask", failed);
    }
    int thread = thread();
    int signals = LeaseLib.signalfd(-1, set.address(), SFD_CLOEXEC | SFD_NONBLOCK);
    Reference.reachabilityFence(set);
    return new LeaseBreaks(Fd.orThrow("signalfd", signals), thread);
  }

  /** Returns the number of this thread, which {@code /proc/thread-self} leads to. */
  private static int thread() throws ErrnoException {
    NativeBuffer target = new NativeBuffer(64);
    long length = FileLib.readlink(THREAD_SELF.address(), target.address(), target.capacity());
    if (length < 0) {
      throw ErrnoException.last("readlink");
    }
    String path = new String(target.copy(0, (int) length), StandardCharsets.US_ASCII);
    return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1).strip(), 10);
  }

  /**
   * Takes a read lease on the file {@code fd} is open on; this thread is notified of its break.
   *
   * @return false if a process can write the file: has it open, or mapped from such a descriptor
   */
  public boolean tryRead(Fd fd) throws ErrnoException {
    if (FileLib.fcntl(fd.number(), F_SETSIG, SIGNAL) < 0
        || FileLib.fcntl(fd.number(), F_SETOWN_EX, owner.address()) < 0) {
      throw ErrnoException.last("fcntl");
    }
    return Lease.take(fd);
  }

  /** Returns the descriptor that becomes readable when a writer waits for a lease. */
  public Fd fd() {
    return signals;
  }

  /**
   * Returns the number of a descriptor whose lease a writer waits for, or waited for: it may have
   * been given back since, and the number used again. Returns -1 if there is none.
   */
  public int next() throws ErrnoException {
    return signals.read(info) < SIGINFO_SIZE ? -1 : info.bytes().getInt(SSI_FD);
  }

  @Override
  public void close() {
    signals.close();
  }
}
