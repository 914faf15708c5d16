package io.nacre.linux.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.lang.ref.Reference;
import java.nio.file.Path;

/** A file opened for reading, as the kernel opens it for an event. */
final class Opened {

  private Opened() {}

  static Fd file(Path path) throws ErrnoException {
    return file(bytes(path));
  }

  static Fd file(byte[] path) throws ErrnoException {
    NativeBuffer name = NativeBuffer.cString(path);
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC;
    int opened = FileLib.openat(OpenFlags.AT_FDCWD, name.address(), flags);
    Reference.reachabilityFence(name);
    return Fd.orThrow("openat", opened);
  }

  static byte[] bytes(Path path) {
    return path.toString().getBytes(UTF_8);
  }
}
