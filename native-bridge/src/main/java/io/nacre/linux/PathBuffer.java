package io.nacre.linux;

/**
 * The native memory of a thread for the path of one system call at a time.
 *
 * <p>A new {@link NativeBuffer} would cost more than the call itself.
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
   * <p>A path that is too long for the kernel is cut off where it is still too long.
   */
  public static long address(byte[] path) {
    NativeBuffer buffer = OF_THREAD.get();
    int length = Math.min(path.length, PATH_MAX);
    buffer.bytes().put(0, path, 0, length).put(length, (byte) 0);
    return buffer.address();
  }
}
