package io.nacre.linux.fanotify;

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

class FanotifyEventsTest {
  private static final int SIZE = FanotifyEvents.METADATA_SIZE;
  private static final int VERS = 4;
  private static final int METADATA_LEN = 6;

  private final FanotifyEvents events = new FanotifyEvents();

  @Test
  void hasNothingBeforeTheFirstRead() {
    assertThat(events.next()).isFalse();
  }

  @Test
  void hasNothingInAnEmptyRead() {
    events.over(buffer(SIZE), 0);

    assertThat(events.next()).isFalse();
    assertThat(events.next()).isFalse();
  }

  @Test
  void readsTheFieldsOfAnEvent() {
    ByteBuffer bytes = buffer(SIZE);
    FanotifyEvents.put(bytes, 0, FanotifyMask.FAN_OPEN_PERM, 77, 4711);

    events.over(bytes, SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.mask()).isEqualTo(FanotifyMask.FAN_OPEN_PERM);
    assertThat(events.fd()).isEqualTo(77);
    assertThat(events.pid()).isEqualTo(4711);
    assertThat(events.next()).isFalse();
  }

  @Test
  void hasTheLayoutOfTheKernel() {
    ByteBuffer bytes = buffer(SIZE);
    bytes.putInt(0, 24).put(4, (byte) 3).putShort(6, (short) 24);
    bytes.putLong(8, 0x1_0000_0020L).putInt(16, 5).putInt(20, 6);

    events.over(bytes, SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.mask()).isEqualTo(0x1_0000_0020L);
    assertThat(events.fd()).isEqualTo(5);
    assertThat(events.pid()).isEqualTo(6);
  }

  @Test
  void stepsThroughSeveralEvents() {
    ByteBuffer bytes = threeEvents();

    events.over(bytes, 3 * SIZE);

    for (int i = 0; i < 3; i++) {
      assertThat(events.next()).isTrue();
      assertThat(events.fd()).isEqualTo(10 + i);
    }
    assertThat(events.next()).isFalse();
  }

  @Test
  void ignoresWhatAnEarlierReadLeftBehindTheLength() {
    events.over(threeEvents(), SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.next()).isFalse();
  }

  @Test
  void startsAgainOverAnotherRead() {
    events.over(threeEvents(), 3 * SIZE);
    events.next();

    events.over(threeEvents(), 2 * SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.fd()).isEqualTo(10);
  }

  @Test
  void skipsTheRecordsBehindTheMetadata() {
    ByteBuffer bytes = buffer(2 * SIZE + 8);
    FanotifyEvents.put(bytes, 0, FanotifyMask.FAN_OPEN_PERM, 3, 1);
    bytes.putInt(0, SIZE + 8); // FAN_EVENT_INFO_TYPE_PIDFD: type 4, len 8, a descriptor
    bytes.put(SIZE, (byte) 4).putShort(SIZE + 2, (short) 8).putInt(SIZE + 4, 9);
    FanotifyEvents.put(bytes, SIZE + 8, FanotifyMask.FAN_CLOSE_WRITE, 4, 2);

    events.over(bytes, 2 * SIZE + 8);

    assertThat(events.next()).isTrue();
    assertThat(events.fd()).isEqualTo(3);
    assertThat(events.next()).isTrue();
    assertThat(events.fd()).isEqualTo(4);
    assertThat(events.next()).isFalse();
  }

  @Test
  void acceptsMetadataThatGrew() {
    ByteBuffer bytes = buffer(SIZE + 16);
    FanotifyEvents.put(bytes, 0, FanotifyMask.FAN_OPEN, 3, 1);
    bytes.putInt(0, SIZE + 16).putShort(METADATA_LEN, (short) (SIZE + 8));

    events.over(bytes, SIZE + 16);

    assertThat(events.next()).isTrue();
    assertThat(events.fd()).isEqualTo(3);
    assertThat(events.next()).isFalse();
  }

  @Test
  void tellsAnOverflow() {
    ByteBuffer bytes = buffer(SIZE);
    FanotifyEvents.put(bytes, 0, FanotifyMask.FAN_Q_OVERFLOW, -1, 0);

    events.over(bytes, SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.isOverflow()).isTrue();
    assertThat(events.needsResponse()).isFalse();
    assertThat(events.fd()).isNegative();
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        FanotifyMask.FAN_OPEN_PERM,
        FanotifyMask.FAN_ACCESS_PERM,
        FanotifyMask.FAN_OPEN_EXEC_PERM,
        FanotifyMask.FAN_OPEN_PERM | FanotifyMask.FAN_ONDIR
      })
  void aProcessWaitsForTheAnswerToAPermissionEvent(long mask) {
    ByteBuffer bytes = buffer(SIZE);
    FanotifyEvents.put(bytes, 0, mask, 3, 1);

    events.over(bytes, SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.needsResponse()).isTrue();
    assertThat(events.isOverflow()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        FanotifyMask.FAN_OPEN,
        FanotifyMask.FAN_OPEN_EXEC,
        FanotifyMask.FAN_OPEN_PERM,
        FanotifyMask.FAN_OPEN_EXEC_PERM,
        FanotifyMask.FAN_OPEN | FanotifyMask.FAN_CLOSE_WRITE
      })
  void tellsAnOpen(long mask) {
    ByteBuffer bytes = buffer(SIZE);
    FanotifyEvents.put(bytes, 0, mask, 3, 1);

    events.over(bytes, SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, FanotifyMask.FAN_CLOSE_WRITE, FanotifyMask.FAN_Q_OVERFLOW})
  void tellsWhatIsNoOpen(long mask) {
    ByteBuffer bytes = buffer(SIZE);
    FanotifyEvents.put(bytes, 0, mask, 3, 1);

    events.over(bytes, SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, FanotifyMask.FAN_OPEN, FanotifyMask.FAN_CLOSE_WRITE})
  void noProcessWaitsForTheAnswerToANotification(long mask) {
    ByteBuffer bytes = buffer(SIZE);
    FanotifyEvents.put(bytes, 0, mask, 3, 1);

    events.over(bytes, SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.needsResponse()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {FanotifyMask.FAN_OPEN_EXEC, FanotifyMask.FAN_OPEN_EXEC_PERM})
  void tellsAnExecFromAnOpen(long mask) {
    ByteBuffer bytes = buffer(2 * SIZE);
    FanotifyEvents.put(bytes, 0, mask | FanotifyMask.FAN_OPEN, 3, 1);
    FanotifyEvents.put(bytes, SIZE, FanotifyMask.FAN_OPEN_PERM, 4, 1);

    events.over(bytes, 2 * SIZE);

    assertThat(events.next()).isTrue();
    assertThat(events.isExec()).isTrue();
    assertThat(events.next()).isTrue();
    assertThat(events.isExec()).isFalse();
  }

  static IntStream everyLength() {
    return IntStream.rangeClosed(0, 3 * SIZE);
  }

  @ParameterizedTest
  @MethodSource("everyLength")
  void refusesAnEventThatIsCutShort(int length) {
    events.over(threeEvents(), length);

    for (int whole = 0; whole < length / SIZE; whole++) {
      assertThat(events.next()).isTrue();
    }
    if (length % SIZE == 0) {
      assertThat(events.next()).isFalse();
    } else {
      assertThatThrownBy(events::next).isInstanceOf(MalformedRecordException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1, SIZE - 1, 3 * SIZE + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void refusesAnEventLengthThatCannotBe(int eventLength) {
    ByteBuffer bytes = threeEvents().putInt(0, eventLength);

    events.over(bytes, 3 * SIZE);

    assertThatThrownBy(events::next)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("event_len " + eventLength);
  }

  @Test
  void refusesAnEventLengthThatLeavesAStump() {
    ByteBuffer bytes = threeEvents().putInt(0, 3 * SIZE - 5);

    events.over(bytes, 3 * SIZE);

    assertThat(events.next()).isTrue();
    assertThatThrownBy(events::next).isInstanceOf(MalformedRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, SIZE - 1, SIZE + 1, 0xffff})
  void refusesAMetadataLengthThatCannotBe(int metadataLength) {
    ByteBuffer bytes = threeEvents().putShort(METADATA_LEN, (short) metadataLength);

    events.over(bytes, 3 * SIZE);

    assertThatThrownBy(events::next)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("metadata_len " + metadataLength);
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, 2, 4, -1})
  void refusesAnotherVersion(byte version) {
    ByteBuffer bytes = threeEvents().put(VERS, version);

    events.over(bytes, 3 * SIZE);

    assertThatThrownBy(events::next)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("version " + version);
  }

  @Test
  void staysAtAMalformedEvent() {
    events.over(threeEvents().put(VERS, (byte) 9), 3 * SIZE);

    assertThatThrownBy(events::next).isInstanceOf(MalformedRecordException.class);
    assertThatThrownBy(events::next).isInstanceOf(MalformedRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, SIZE + 1, Integer.MAX_VALUE})
  void refusesALengthOutsideTheBuffer(int length) {
    assertThatThrownBy(() -> events.over(buffer(SIZE), length))
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
        assertThat(steps).isLessThanOrEqualTo(bytes.capacity() / SIZE);
        assertThat(events.needsResponse())
            .isEqualTo((events.mask() & FanotifyMask.PERMISSION) != 0);
        sum += events.fd() + events.pid();
      }
    } catch (MalformedRecordException malformed) {
      assertThat(malformed).hasMessageStartingWith("fanotify ");
    }
    return sum;
  }

  /** Noise, half of it with headers that are right or nearly so. */
  private static ByteBuffer anyBytes(Random random) {
    byte[] noise = new byte[random.nextInt(6 * SIZE)];
    random.nextBytes(noise);
    ByteBuffer bytes = ByteBuffer.wrap(noise).order(ByteOrder.nativeOrder());
    int at = 0;
    while (random.nextInt(8) > 0 && at + SIZE <= noise.length) {
      int eventLength = SIZE + random.nextInt(-2, 20);
      bytes.putInt(at, eventLength).put(at + VERS, FanotifyEvents.VERSION);
      bytes.putShort(at + METADATA_LEN, (short) SIZE);
      at += eventLength;
    }
    return bytes;
  }

  private static ByteBuffer threeEvents() {
    ByteBuffer bytes = buffer(3 * SIZE);
    for (int i = 0; i < 3; i++) {
      FanotifyEvents.put(bytes, i * SIZE, FanotifyMask.FAN_OPEN_PERM, 10 + i, 100 + i);
    }
    return bytes;
  }

  private static ByteBuffer buffer(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
  }
}
