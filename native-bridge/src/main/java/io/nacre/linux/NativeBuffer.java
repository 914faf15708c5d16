package io.nacre.linux;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A fixed piece of native memory, with its address for system calls and a view for Java.
 *
 * <p>A thread or object that makes calls has one and reuses it. It belongs to one thread at a time.
 * The memory is freed with the object.
 */
public final class NativeBuffer {
  private final Memory memory;
  private final ByteBuffer bytes;

  /** Allocates {@code capacity} zeroed bytes, aligned for any type. */
  public NativeBuffer(int capacity) {
    this.memory = new Memory(capacity);
    this.memory.clear();
    this.bytes = memory.getByteBuffer(0, capacity).order(ByteOrder.nativeOrder());
  }

  /** Returns a buffer that holds {@code string} and a NUL byte, as C expects a path. */
  public static NativeBuffer cString(byte[] string) {
    NativeBuffer buffer = new NativeBuffer(string.length + 1);
    buffer.bytes.put(0, string);
    return buffer;
  }

  /**
   * Returns the address of the first byte, valid while this object is reachable. A caller whose
   * buffer is a local variable puts a reachability fence behind the call.
   */
  public long address() {
    return Pointer.nativeValue(memory);
  }

  /** Returns the view of the whole memory in native byte order; use absolute positions. */
  public ByteBuffer bytes() {
    return bytes;
  }

  /** Returns the number of bytes. */
  public int capacity() {
    return bytes.capacity();
  }

  /** Returns a copy of the {@code count} bytes at {@code offset}. */
  public byte[] copy(int offset, int count) {
    byte[] copy = new byte[count];
    bytes.get(offset, copy);
    return copy;
  }
}
