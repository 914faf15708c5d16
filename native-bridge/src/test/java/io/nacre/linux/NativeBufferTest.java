package io.nacre.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Pointer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeBufferTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 4096, 100_000})
  void isZeroedAndAlignedForAnyType(int capacity) {
    NativeBuffer buffer = new NativeBuffer(capacity);

    assertThat(buffer.capacity()).isEqualTo(capacity);
    assertThat(buffer.copy(0, capacity)).containsOnly(0);
    assertThat(buffer.address() % 8).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void refusesToBeEmpty(int capacity) {
    assertThatThrownBy(() -> new NativeBuffer(capacity))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isTheMemoryAtItsAddressInNativeOrder() {
    NativeBuffer buffer = new NativeBuffer(16);

    buffer.bytes().putLong(8, 0x0102030405060708L);

    assertThat(new Pointer(buffer.address()).getLong(8)).isEqualTo(0x0102030405060708L);
    assertThat(buffer.bytes().order()).isEqualTo(ByteOrder.nativeOrder());
  }

  @Test
  void holdsAStringWithItsNul() {
    byte[] name = {'a', (byte) 0xff, 'b'};

    NativeBuffer buffer = NativeBuffer.cString(name);

    assertThat(buffer.copy(0, buffer.capacity())).containsExactly('a', 0xff, 'b', 0);
  }

  @Test
  void holdsAnEmptyString() {
    assertThat(NativeBuffer.cString(new byte[0]).copy(0, 1)).containsExactly(0);
  }

  @Test
  void copiesWhatItHadThen() {
    NativeBuffer buffer = NativeBuffer.cString("hello".getBytes(UTF_8));

    byte[] copy = buffer.copy(1, 3);
    buffer.bytes().put(1, (byte) 'X');

    assertThat(copy).isEqualTo("ell".getBytes(UTF_8));
  }

  @Test
  void refusesToCopyFromOutside() {
    NativeBuffer buffer = new NativeBuffer(4);

    assertThatThrownBy(() -> buffer.copy(2, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> buffer.copy(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
