package io.nacre.engine.kernelcache;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Libc;
import io.nacre.linux.NativeBuffer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What Java cannot do to a file: access control lists, and writes by io_submit(2). */
final class ChangesLib {
  static {
    Libc.bind(ChangesLib.class);
  }

  private static final int O_RDWR = 2;
  private static final boolean IS_X86 = !System.getProperty("os.arch", "").equals("aarch64");
  private static final long SYS_IO_SETUP = IS_X86 ? 206 : 0;
  private static final long SYS_IO_DESTROY = IS_X86 ? 207 : 1;
  private static final long SYS_IO_GETEVENTS = IS_X86 ? 208 : 4;
  private static final long SYS_IO_SUBMIT = IS_X86 ? 209 : 2;
  private static final short IOCB_CMD_PWRITE = 1;

  private ChangesLib() {}

  static native int setxattr(long path, long name, long value, long size, int flags);

  static native int open(long path, int flags);

  static native long syscall(long number, long a, long b, long c, long d, long e);

  /** Lets user {@code uid} read and write the file, by its access control list. */
  static void letWrite(Path file, int uid) throws IOException {
    setList(file, uid, (short) 6, (short) 6);
  }

  /** Lets user {@code uid} write the file but for the mask, which forbids it. */
  static void letWriteBehindMask(Path file, int uid) throws IOException {
    setList(file, uid, (short) 6, (short) 4);
  }

  private static void setList(Path file, int uid, short user, short mask) throws IOException {
    ByteBuffer list = ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN);
    list.putInt(2);
    put(list, (short) 0x01, (short) 6, -1);
    put(list, (short) 0x02, user, uid);
    put(list, (short) 0x04, (short) 4, -1);
    put(list, (short) 0x10, mask, -1);
    put(list, (short) 0x20, (short) 4, -1);
    NativeBuffer name =
        NativeBuffer.cString("system.posix_acl_access".getBytes(StandardCharsets.US_ASCII));
    NativeBuffer value = NativeBuffer.cString(list.array());
    NativeBuffer path = path(file);
    int failed = setxattr(path.address(), name.address(), value.address(), list.capacity(), 0);
    Reference.reachabilityFence(path);
    Reference.reachabilityFence(name);
    Reference.reachabilityFence(value);
    if (failed < 0) {
      throw ErrnoException.last("setxattr");
    }
  }

  private static void put(ByteBuffer list, short tag, short permissions, int id) {
    list.putShort(tag).putShort(permissions).putInt(id);
  }

  /** Writes {@code text} to the start of the file by io_submit(2), and closes it. */
  static void writeByAio(Path file, String text) throws IOException {
    NativeBuffer path = path(file);
    NativeBuffer content = NativeBuffer.cString(text.getBytes(StandardCharsets.UTF_8));
    NativeBuffer context = new NativeBuffer(8);
    NativeBuffer iocb = new NativeBuffer(64);
    NativeBuffer pointer = new NativeBuffer(8);
    NativeBuffer events = new NativeBuffer(32);
    try (Fd opened = Fd.orThrow("open", open(path.address(), O_RDWR))) {
      check("io_setup", syscall(SYS_IO_SETUP, 1, context.address(), 0, 0, 0));
      long id = context.bytes().getLong(0);
      iocb.bytes()
          .putShort(16, IOCB_CMD_PWRITE)
          .putInt(20, opened.number())
          .putLong(24, content.address())
          .putLong(32, text.length());
      pointer.bytes().putLong(0, iocb.address());
      check("io_submit", syscall(SYS_IO_SUBMIT, id, 1, pointer.address(), 0, 0));
      check("io_getevents", syscall(SYS_IO_GETEVENTS, id, 1, 1, events.address(), 0));
      check("io_destroy", syscall(SYS_IO_DESTROY, id, 0, 0, 0, 0));
    }
    Reference.reachabilityFence(path);
    Reference.reachabilityFence(content);
    Reference.reachabilityFence(iocb);
  }

  private static void check(String call, long result) throws ErrnoException {
    if (result < 0) {
      throw ErrnoException.last(call);
    }
  }

  private static NativeBuffer path(Path file) {
    return NativeBuffer.cString(file.toString().getBytes(StandardCharsets.UTF_8));
  }
}
