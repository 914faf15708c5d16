package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;

/** The handle of a file as name_to_handle_at(2) and fanotify events give it. */
final class FileHandle {
  private static final int MAX_HANDLE_SIZE = 128;

  private final int type;
  private final byte[] bytes;

  private FileHandle(int type, byte[] bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  static FileHandle of(byte[] path) throws ErrnoException {
    NativeBuffer name = NativeBuffer.cString(path);
    NativeBuffer handle = new NativeBuffer(8 + MAX_HANDLE_SIZE);
    handle.bytes().putInt(0, MAX_HANDLE_SIZE);
    NativeBuffer mountId = new NativeBuffer(8);
    int failed =
        FileHandleLib.name_to_handle_at(
            OpenFlags.AT_FDCWD, name.address(), handle.address(), mountId.address(), 0);
    Reference.reachabilityFence(name);
    Reference.reachabilityFence(mountId);
    if (failed < 0) {
      throw ErrnoException.last("name_to_handle_at");
    }
    return new FileHandle(handle.bytes().getInt(4), handle.copy(8, handle.bytes().getInt(0)));
  }

  int type() {
    return type;
  }

  byte[] bytes() {
    return bytes;
  }
}
