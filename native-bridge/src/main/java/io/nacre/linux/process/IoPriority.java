package io.nacre.linux.process;

import io.nacre.linux.ErrnoException;

/** The I/O priority of the calling thread. */
public final class IoPriority {
  private static final int IOPRIO_WHO_PROCESS = 1;
  private static final int CALLING_THREAD = 0;
  private static final int IOPRIO_CLASS_IDLE = 3;
  private static final int IOPRIO_CLASS_SHIFT = 13;

  private IoPriority() {}

  /** Lets the calling thread use the disk only when no other thread does. */
  public static void setIdle() throws ErrnoException {
    long call = number(System.getProperty("os.arch", ""));
    long idle = (long) IOPRIO_CLASS_IDLE << IOPRIO_CLASS_SHIFT;
    if (ProcessLib.syscall(call, IOPRIO_WHO_PROCESS, CALLING_THREAD, idle) < 0) {
      throw ErrnoException.last("ioprio_set");
    }
  }

  /** Returns the number of ioprio_set(2) for Java's name of a processor. */
  static long number(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> 251;
      case "aarch64" -> 30;
      default -> throw new UnsupportedOperationException("processor " + osArch);
    };
  }
}
