package io.nacre.linux.socket;

import io.nacre.linux.NativeBuffer;
import java.nio.charset.StandardCharsets;

/** The address of a Unix socket: a path, or a name in the abstract namespace after {@code @}. */
final class UnixAddress {
  /*
   * struct sockaddr_un {            // offset
   *     sa_family_t sun_family;     //  0
   *     char        sun_path[108];  //  2
   * };                              // 110
   */
  private static final short AF_UNIX = 1;
  private static final int SUN_PATH = 2;
  private static final int SUN_PATH_SIZE = 108;

  private final NativeBuffer buffer = new NativeBuffer(SUN_PATH + SUN_PATH_SIZE);
  private final int length;

  UnixAddress(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length >= SUN_PATH_SIZE) {
      throw new IllegalArgumentException(
          "a socket path has 1 to " + (SUN_PATH_SIZE - 1) + " bytes: " + path);
    }
    buffer.bytes().putShort(0, AF_UNIX).put(SUN_PATH, bytes);
    boolean isAbstract = bytes[0] == '@';
    if (isAbstract) {
      buffer.bytes().put(SUN_PATH, (byte) 0);
    }
    this.length = SUN_PATH + bytes.length + (isAbstract ? 0 : 1);
  }

  long address() {
    return buffer.address();
  }

  int length() {
    return length;
  }
}
