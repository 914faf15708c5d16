package io.nacre.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class RecordCursorTest {
  private final RecordCursor cursor = new RecordCursor();
  private final ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());

  @Test
  void hasNoRecordBeforeItIsOverBytes() {
    assertThat(cursor.toNext()).isFalse();
    assertThat(cursor.left()).isZero();
  }

  @Test
  void stepsFromRecordToRecord() {
    bytes.putInt(0, 7).putInt(8, 9);
    cursor.over(bytes, 12);

    assertThat(cursor.toNext()).isTrue();
    assertThat(cursor.left()).isEqualTo(12);
    assertThat(cursor.intAt(0)).isEqualTo(7);
    cursor.endAfter(8);
    assertThat(cursor.length()).isEqualTo(8);
    assertThat(cursor.toNext()).isTrue();
    assertThat(cursor.left()).isEqualTo(4);
    assertThat(cursor.intAt(0)).isEqualTo(9);
    cursor.endAfter(4);
    assertThat(cursor.toNext()).isFalse();
  }

  @Test
  void staysOnARecordWhoseEndWasNotSet() {
    cursor.over(bytes, 12);
    cursor.toNext();
    cursor.endAfter(8);
    cursor.toNext();

    assertThat(cursor.toNext()).isTrue();
    assertThat(cursor.left()).isEqualTo(4);
  }

  @Test
  void stepsThroughTheRecordsWithinARecord() {
    bytes.put(20, (byte) 1).put(22, (byte) 2);
    cursor.over(bytes, 32);
    cursor.toNext();
    cursor.endAfter(16);
    cursor.toNext();
    cursor.endAfter(8);
    RecordCursor inner = new RecordCursor();

    inner.within(cursor, 4);

    assertThat(inner.toNext()).isTrue();
    assertThat(inner.left()).isEqualTo(4);
    assertThat(inner.byteAt(0)).isEqualTo((byte) 1);
    inner.endAfter(2);
    assertThat(inner.toNext()).isTrue();
    assertThat(inner.byteAt(0)).isEqualTo((byte) 2);
    inner.toEnd();
    assertThat(inner.toNext()).isFalse();
  }

  @Test
  void findsTheNulThatEndsAName() {
    bytes.put(4, (byte) 'a').put(5, (byte) 'b').put(6, (byte) 0).put(7, (byte) 'c');
    bytes.put(8, (byte) 'd');
    cursor.over(bytes, 8);
    cursor.toNext();
    cursor.endAfter(8);

    assertThat(cursor.nulFrom(4)).isEqualTo(6);
    assertThat(cursor.nulFrom(7)).isEqualTo(8); // none: the end of the record
    assertThat(cursor.copy(4, 6)).containsExactly('a', 'b');
  }

  @Test
  void refusesMoreThanTheBufferHas() {
    assertThatThrownBy(() -> cursor.over(bytes, 33)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cursor.over(bytes, -1)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
