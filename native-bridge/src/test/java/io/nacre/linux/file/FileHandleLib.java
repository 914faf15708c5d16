package io.nacre.linux.file;

import io.nacre.linux.Libc;

/** name_to_handle_at(2), which the kernel calls for us when it makes an event. */
final class FileHandleLib {
  static {
    Libc.bind(FileHandleLib.class);
  }

  private FileHandleLib() {}

  static native int name_to_handle_at(int dirfd, long path, long handle, long mountId, int flags);
}
