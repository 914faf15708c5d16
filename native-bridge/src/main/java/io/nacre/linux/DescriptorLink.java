package io.nacre.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The path of a descriptor of this process in procfs, {@code /proc/self/fd/N}, written without
 * allocation; belongs to one thread.
 */
public final class DescriptorLink {
  private static final byte[] PROC_SELF_FD = "/proc/self/fd/".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGITS = 11;

  private final NativeBuffer link = new NativeBuffer(PROC_SELF_FD.length + DIGITS);

  public DescriptorLink() {
    link.bytes().put(0, PROC_SELF_FD);
  }

  /** Returns the address of the link of {@code fd} with its NUL, valid until the next call. */
  public long address(int fd) {
    ByteBuffer bytes = link.bytes();
    int digits = 1;
    for (int rest = fd / 10; rest > 0; rest /= 10) {
      digits++;
    }
    int end = PROC_SELF_FD.length + digits;
    bytes.put(end, (byte) 0);
    int rest = fd;
    for (int i = end - 1; i >= PROC_SELF_FD.length; i--) {
      bytes.put(i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    return link.address();
  }
}
