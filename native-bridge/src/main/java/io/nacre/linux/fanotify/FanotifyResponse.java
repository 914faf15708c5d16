package io.nacre.linux.fanotify;

import java.nio.ByteBuffer;

/** The layout of the response to a permission event, from fanotify(7). */
final class FanotifyResponse {
  /*
   * struct fanotify_response {   // offset
   *     __s32 fd;                //  0
   *     __u32 response;          //  4
   * };                           //  8
   */
  static final int SIZE = 8;
  private static final int FD = 0;
  private static final int RESPONSE = 4;

  private FanotifyResponse() {}

  static void put(ByteBuffer bytes, int offset, int eventFd, Response response) {
    bytes.putInt(offset + FD, eventFd);
    bytes.putInt(offset + RESPONSE, response.code());
  }
}
