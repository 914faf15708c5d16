package io.nacre.linux;

import java.nio.ByteBuffer;

/**
 * A position in the records of one read from the kernel: each starts where the one before it ended.
 *
 * <p>The decoder of a kind of record steps with {@link #toNext}, checks the record's own length
 * against {@link #left} and passes it to {@link #endAfter}. Offsets are from the start of the
 * current record. Nothing is allocated, except copies. Belongs to one thread.
 */
public final class RecordCursor {
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private int limit;
  private int start;
  private int end;

  /** Starts before the first record of the {@code length} bytes at the start of {@code buffer}. */
  public void over(ByteBuffer buffer, int length) {
    if (length < 0 || length > buffer.capacity()) {
      throw new IndexOutOfBoundsException(length);
    }
    bytes = buffer;
    limit = length;
    start = 0;
    end = 0;
  }

  /**
   * Starts before the first of the records within the current record of {@code outer}, from {@code
   * offset} of it on.
   */
  public void within(RecordCursor outer, int offset) {
    bytes = outer.bytes;
    limit = outer.end;
    start = outer.start + offset;
    end = start;
  }

  /**
   * Steps to the start of the next record, whose end is not known before {@link #endAfter}.
   *
   * @return false if there is no byte left
   */
  public boolean toNext() {
    start = end;
    return start < limit;
  }

  /** Returns the number of bytes from the start of the current record to the end of the read. */
  public int left() {
    return limit - start;
  }

  /** The current record has {@code length} bytes: at least one, at most {@link #left}. */
  public void endAfter(int length) {
    end = start + length;
  }

  /** Skips all records that are left. */
  public void toEnd() {
    end = limit;
    start = limit;
  }

  /** Returns where the current record ends in the buffer, and the next one starts. */
  public int end() {
    return end;
  }

  /** Returns the number of bytes of the current record. */
  public int length() {
    return end - start;
  }

  /** Returns the byte at {@code offset} of the current record. */
  public byte byteAt(int offset) {
    return bytes.get(start + offset);
  }

  /** Returns the unsigned 16 bits at {@code offset} of the current record. */
  public int unsignedShortAt(int offset) {
    return Short.toUnsignedInt(bytes.getShort(start + offset));
  }

  /** Returns the 32 bits at {@code offset} of the current record. */
  public int intAt(int offset) {
    return bytes.getInt(start + offset);
  }

  /** Returns the 64 bits at {@code offset} of the current record. */
  public long longAt(int offset) {
    return bytes.getLong(start + offset);
  }

  /**
   * Returns the offset of the first NUL at {@code offset} of the current record or behind, or the
   * record's length if there is none.
   */
  public int nulFrom(int offset) {
    int nul = offset;
    while (nul < length() && byteAt(nul) != 0) {
      nul++;
    }
    return nul;
  }

  /** Returns a copy of the bytes of the current record from one offset up to another. */
  public byte[] copy(int from, int to) {
    byte[] copy = new byte[to - from];
    bytes.get(start + from, copy);
    return copy;
  }
}
