package io.nacre.linux;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * Where the C library's functions are found: in the process itself, which is linked to it.
 *
 * <p>Asking the process, not a file name, needs no search of the file system and works the same
 * with every libc. All mappings assume LP64: {@code long}, {@code size_t} and pointers are 64 bits,
 * which is checked here once.
 */
public final class Libc {

  private Libc() {}

  /** Binds the {@code static native} methods of {@code mapping} to the functions of their names. */
  public static void bind(Class<?> mapping) {
    if (Native.POINTER_SIZE != 8 || Native.LONG_SIZE != 8 || Native.SIZE_T_SIZE != 8) {
      throw new UnsupportedOperationException("only 64-bit Linux is supported");
    }
    Native.register(mapping, NativeLibrary.getProcess());
  }
}
