package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;

/**
 * The handle of a file, as name_to_handle_at(2) and fanotify events have it: it identifies the file
 * on its file system, whatever its names are.
 *
 * @param type the kind of handle
 * @param bytes the handle, for {@code Directory.findByHandle}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, passed to the kernel
public record FileHandle(int type, byte[] bytes) {
  /*
   * struct file_handle {              // offset
   *     unsigned int  handle_bytes;   //  0
   *     int           handle_type;    //  4
   *     unsigned char f_handle[];     //  8
   * };
   */
  static final int MAX_HANDLE_SZ = 128;
  private static final int HANDLE_TYPE = 4;
  private static final int HANDLE = 8;

  private static final NativeBuffer EMPTY_PATH = NativeBuffer.cString(new byte[0]);

  /**
   * Returns the handle of the file {@code fd} is open on.
   *
   * @throws ErrnoException {@code EOPNOTSUPP} if its file system has none
   */
  public static FileHandle of(int fd) throws ErrnoException {
    NativeBuffer handle = new NativeBuffer(HANDLE + MAX_HANDLE_SZ);
    handle.bytes().putInt(0, MAX_HANDLE_SZ);
    NativeBuffer mountId = new NativeBuffer(4);
    int failed =
        FileLib.name_to_handle_at(
            fd, EMPTY_PATH.address(), handle.address(), mountId.address(), OpenFlags.AT_EMPTY_PATH);
    Reference.reachabilityFence(mountId);
    if (failed < 0) {
      throw ErrnoException.last("name_to_handle_at");
    }
    return new FileHandle(
        handle.bytes().getInt(HANDLE_TYPE), handle.copy(HANDLE, handle.bytes().getInt(0)));
  }
}
