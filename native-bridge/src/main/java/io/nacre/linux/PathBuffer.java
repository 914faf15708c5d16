package io.nacre.linux;

/**
 * The memory in which a thread hands a path to a system call, one at a time.
 *
 * <p>A {@link NativeBuffer} for each call would cost more than the call, and a walk makes a call
 * for every directory.
 */
public final class PathBuffer {
  /** With its NUL, the longest path that the kernel takes. */
  private static final int PATH_MAX = 4096;

  private static final ThreadLocal<NativeBuffer> OF_THREAD =
      ThreadLocal.withInitial(() -> new NativeBuffer(PATH_MAX + 1));

  private PathBuffer() {}

  /**
   * Returns the address of {@code path} with a NUL behind it, valid until this thread's next call.
   *
   * <p>Of a path that is too long for the kernel the end is missing, and the kernel still finds it
   * too long.
   */
  public static long address(byte[] path) {
    NativeBuffer buffer = OF_THREAD.get();
    int length = Math.min(path.length, PATH_MAX);
    buffer.bytes().put(0, path, 0, length).put(length, (byte) 0);
    return buffer.address();
  }
}
