package io.nacre.linux;

import com.sun.jna.Native;
import java.io.IOException;

/** A system call that failed: which one, and with what error number. */
public final class ErrnoException extends IOException {
  private final String call;
  private final int errno;

  /** An error of {@code call} with the number {@code errno}. */
  public ErrnoException(String call, int errno) {
    this.call = call;
    this.errno = errno;
  }

  /**
   * The error of the native call this thread made last. Make no other native call between that one
   * and this, and call it only after a failure: success leaves errno alone.
   */
  public static ErrnoException last(String call) {
    return new ErrnoException(call, lastErrno());
  }

  /** Returns the errno of this thread's last failed native call. */
  public static int lastErrno() {
    return Native.getLastError();
  }

  /** Returns the call and the C library's sentence for its error. */
  @Override
  public String getMessage() {
    return call + ": " + Errno.message(errno);
  }

  /** Returns the name of the system call that failed. */
  public String call() {
    return call;
  }

  /** Returns the error number, one of {@link Errno}. */
  public int errno() {
    return errno;
  }
}
