package io.nacre.linux;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * Binds native methods to the functions of the C library that this process is linked to.
 *
 * <p>A look-up in the process needs no search of the file system and works the same with every
 * libc. All mappings assume LP64, which is checked here: {@code long}, {@code size_t} and pointers
 * have 64 bits.
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
