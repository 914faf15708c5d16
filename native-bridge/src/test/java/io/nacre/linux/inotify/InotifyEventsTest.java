package io.nacre.linux.inotify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.linux.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InotifyEventsTest {
  private static final int HEADER = InotifyEvents.HEADER_SIZE;
  private static final int LEN = 12;

  /** The bytes of {@link #twoEvents}: one with a name of 16 bytes, one without. */
  private static final int FIRST = HEADER + 16;

  private static final int BOTH = FIRST + HEADER;

  private final InotifyEvents events = new InotifyEvents();

  @Test
  void hasNothingBeforeTheFirstRead() {
    assertThat(events.next()).isFalse();
  }

  @Test
  void hasNothingInAnEmptyRead() {
    events.over(buffer(HEADER), 0);

    assertThat(events.next()).isFalse();
    assertThat(events.next()).isFalse();
  }

  @Test
  void readsTheFieldsOfAnEvent() {
    ByteBuffer bytes = buffer(FIRST);
    put(bytes, 0, 7, InotifyMask.IN_MOVED_FROM | InotifyMask.IN_ISDIR, 99, padded("sub", 16));

    events.over(bytes, FIRST);

    assertThat(events.next()).isTrue();
    assertThat(events.wd()).isEqualTo(7);
    assertThat(events.mask()).isEqualTo(InotifyMask.IN_MOVED_FROM | InotifyMask.IN_ISDIR);
    assertThat(events.cookie()).isEqualTo(99);
    assertThat(events.name()).isEqualTo("sub".getBytes(UTF_8));
    assertThat(events.next()).isFalse();
  }

  @Test
  void tellsWhetherAnyOfSomeBitsIsSet() {
    ByteBuffer bytes = buffer(HEADER);
    put(bytes, 0, 1, InotifyMask.IN_CREATE | InotifyMask.IN_ISDIR, 0, new byte[0]);

    events.over(bytes, HEADER);

    assertThat(events.next()).isTrue();
    assertThat(events.has(InotifyMask.IN_CREATE | InotifyMask.IN_DELETE)).isTrue();
    assertThat(events.has(InotifyMask.IN_DELETE)).isFalse();
  }

  @Test
  void stepsThroughSeveralEvents() {
    events.over(twoEvents(), BOTH);

    assertThat(events.next()).isTrue();
    assertThat(events.name()).isEqualTo("dir".getBytes(UTF_8));
    assertThat(events.next()).isTrue();
    assertThat(events.mask()).isEqualTo(InotifyMask.IN_IGNORED);
    assertThat(events.name()).isEmpty();
    assertThat(events.next()).isFalse();
  }

  @Test
  void ignoresWhatAnEarlierReadLeftBehindTheLength() {
    events.over(twoEvents(), FIRST);

    assertThat(events.next()).isTrue();
    assertThat(events.next()).isFalse();
  }

  @Test
  void startsAgainOverAnotherRead() {
    events.over(twoEvents(), BOTH);
    events.next();
    events.next();

    events.over(twoEvents(), BOTH);

    assertThat(events.next()).isTrue();
    assertThat(events.wd()).isEqualTo(1);
  }

  @Test
  void tellsAnOverflow() {
    ByteBuffer bytes = buffer(HEADER);
    put(bytes, 0, -1, InotifyMask.IN_Q_OVERFLOW, 0, new byte[0]);

    events.over(bytes, HEADER);

    assertThat(events.next()).isTrue();
    assertThat(events.wd()).isEqualTo(-1);
    assertThat(events.has(InotifyMask.IN_Q_OVERFLOW)).isTrue();
    assertThat(events.name()).isEmpty();
  }

  @Test
  void keepsANameThatIsNotUtf8() {
    byte[] name = {'a', (byte) 0xff, (byte) 0xc3, 'b'};
    ByteBuffer bytes = buffer(FIRST);
    put(bytes, 0, 1, InotifyMask.IN_CREATE, 0, padded(name, 16));

    events.over(bytes, FIRST);

    assertThat(events.next()).isTrue();
    assertThat(events.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 15, 16, 255})
  void endsANameThatFillsItsPadding(int size) {
    byte[] name = "x".repeat(size).getBytes(UTF_8);
    ByteBuffer bytes = buffer(2 * HEADER + size);
    put(bytes, 0, 1, InotifyMask.IN_CREATE, 0, name);
    put(bytes, HEADER + size, 2, InotifyMask.IN_IGNORED, 0, new byte[0]);

    events.over(bytes, 2 * HEADER + size);

    assertThat(events.next()).isTrue();
    assertThat(events.name()).isEqualTo(name);
    assertThat(events.next()).isTrue();
    assertThat(events.wd()).isEqualTo(2);
  }

  @Test
  void hasAnEmptyNameOfPaddingOnly() {
    ByteBuffer bytes = buffer(FIRST);
    put(bytes, 0, 1, InotifyMask.IN_CREATE, 0, new byte[16]);

    events.over(bytes, FIRST);

    assertThat(events.next()).isTrue();
    assertThat(events.name()).isEmpty();
  }

  static IntStream everyLength() {
    return IntStream.rangeClosed(0, BOTH);
  }

  @ParameterizedTest
  @MethodSource("everyLength")
  void refusesAnEventThatIsCutShort(int length) {
    events.over(twoEvents(), length);

    if (length >= FIRST) {
      assertThat(events.next()).isTrue();
    }
    if (length == BOTH) {
      assertThat(events.next()).isTrue();
    }
    if (length == 0 || length == FIRST || length == BOTH) {
      assertThat(events.next()).isFalse();
    } else {
      assertThatThrownBy(events::next).isInstanceOf(MalformedRecordException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, BOTH - HEADER + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void refusesANameLengthThatCannotBe(int nameLength) {
    ByteBuffer bytes = twoEvents().putInt(LEN, nameLength);

    events.over(bytes, BOTH);

    assertThatThrownBy(events::next)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("len " + nameLength);
  }

  @Test
  void refusesANameLengthThatLeavesAStump() {
    ByteBuffer bytes = twoEvents().putInt(LEN, 21);

    events.over(bytes, BOTH);

    assertThat(events.next()).isTrue();
    assertThatThrownBy(events::next).isInstanceOf(MalformedRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, HEADER + 1, Integer.MAX_VALUE})
  void refusesALengthOutsideTheBuffer(int length) {
    assertThatThrownBy(() -> events.over(buffer(HEADER), length))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anyBytesAreReadToTheEndOrMalformed() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      ByteBuffer bytes = anyBytes(random);

      assertThatCode(() -> readAll(bytes))
          .as("seed %d, round %d", seed, round)
          .doesNotThrowAnyException();
    }
  }

  /** Touches every field of every event. */
  private long readAll(ByteBuffer bytes) {
    long sum = 0;
    int steps = 0;
    events.over(bytes, bytes.capacity());
    try {
      while (events.next()) {
        steps++;
        assertThat(steps).isLessThanOrEqualTo(bytes.capacity() / HEADER);
        assertThat(events.name()).hasSizeLessThanOrEqualTo(bytes.capacity()).doesNotContain(0);
        assertThat(events.has(events.mask())).isEqualTo(events.mask() != 0);
        sum += events.wd() + events.cookie();
      }
    } catch (MalformedRecordException malformed) {
      assertThat(malformed).hasMessageStartingWith("inotify ");
    }
    return sum;
  }

  /** Noise, most of it with name lengths that are right or nearly so. */
  private static ByteBuffer anyBytes(Random random) {
    byte[] noise = new byte[random.nextInt(10 * HEADER)];
    random.nextBytes(noise);
    ByteBuffer bytes = ByteBuffer.wrap(noise).order(ByteOrder.nativeOrder());
    int at = 0;
    while (random.nextInt(8) > 0 && at + HEADER <= noise.length) {
      int nameLength = random.nextInt(-1, 40);
      bytes.putInt(at + LEN, nameLength);
      at += HEADER + nameLength;
    }
    return bytes;
  }

  private static ByteBuffer twoEvents() {
    ByteBuffer bytes = buffer(BOTH);
    put(bytes, 0, 1, InotifyMask.IN_CREATE | InotifyMask.IN_ISDIR, 0, padded("dir", 16));
    put(bytes, FIRST, 2, InotifyMask.IN_IGNORED, 0, new byte[0]);
    return bytes;
  }

  private static void put(
      ByteBuffer bytes, int offset, int wd, int mask, int cookie, byte[] paddedName) {
    bytes.putInt(offset, wd).putInt(offset + 4, mask).putInt(offset + 8, cookie);
    bytes.putInt(offset + LEN, paddedName.length).put(offset + HEADER, paddedName);
  }

  private static byte[] padded(String name, int size) {
    return padded(name.getBytes(UTF_8), size);
  }

  private static byte[] padded(byte[] name, int size) {
    return ByteBuffer.allocate(size).put(name).array();
  }

  private static ByteBuffer buffer(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
  }
}
