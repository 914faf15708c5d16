package io.nacre.linux.fanotify;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.linux.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FanotifyNamesTest {
  private static final int METADATA = FanotifyEvents.METADATA_SIZE;
  private static final int FID = 1;
  private static final int DFID_NAME = 2;
  private static final int DFID = 3;
  private static final int PIDFD = 4;
  private static final int OLD_DFID_NAME = 10;
  private static final int NEW_DFID_NAME = 12;

  private static final long MOVED = FanotifyMask.FAN_MOVED_FROM | FanotifyMask.FAN_ONDIR;
  private static final byte[] HANDLE = {1, 2, 3, 4, 5};

  private final FanotifyNames names = new FanotifyNames();

  @Test
  void hasNothingBeforeTheFirstRead() {
    assertThat(names.next()).isFalse();
    assertThat(names.nextPlace()).isFalse();
  }

  @Test
  void readsThePlaceOfAnEvent() {
    over(event(MOVED, record(DFID_NAME, HANDLE, "name")));

    assertThat(names.next()).isTrue();
    assertThat(names.mask()).isEqualTo(MOVED);
    assertThat(names.isDirectory()).isTrue();
    assertThat(names.isOverflow()).isFalse();
    assertThat(names.nextPlace()).isTrue();
    assertThat(names.isOldPlace()).isFalse();
    assertThat(names.isNewPlace()).isFalse();
    assertThat(names.fsid()).isEqualTo(0x1122334455667788L);
    assertThat(names.handleType()).isEqualTo(77);
    assertThat(names.handle()).isEqualTo(HANDLE);
    assertThat(names.name()).isEqualTo("name".getBytes(ISO_8859_1));
    assertThat(names.nextPlace()).isFalse();
    assertThat(names.next()).isFalse();
    assertThat(names.nextPlace()).isFalse();
  }

  @Test
  void hasTheLayoutOfTheKernel() {
    ByteBuffer bytes = buffer(METADATA + 28);
    FanotifyEvents.put(bytes, 0, FanotifyMask.FAN_CREATE, -1, 6);
    bytes.putInt(0, METADATA + 28);
    bytes.put(24, (byte) 2).putShort(26, (short) 28).putLong(28, 9);
    bytes.putInt(36, 4).putInt(40, -2).putInt(44, 0x01020304);
    bytes.put(48, (byte) 'f').put(49, (byte) 0);

    names.over(bytes, bytes.capacity());

    assertThat(names.next()).isTrue();
    assertThat(names.isDirectory()).isFalse();
    assertThat(names.nextPlace()).isTrue();
    assertThat(names.fsid()).isEqualTo(9);
    assertThat(names.handleType()).isEqualTo(-2);
    assertThat(names.handle()).hasSize(4).containsExactlyInAnyOrder(1, 2, 3, 4);
    assertThat(names.name()).containsExactly('f');
  }

  @Test
  void tellsTheOldPlaceFromTheNew() {
    byte[] other = {9};
    over(
        event(
            FanotifyMask.FAN_RENAME,
            record(OLD_DFID_NAME, HANDLE, "old"),
            record(NEW_DFID_NAME, other, "new")));

    assertThat(names.next()).isTrue();
    assertThat(names.nextPlace()).isTrue();
    assertThat(names.isOldPlace()).isTrue();
    assertThat(names.isNewPlace()).isFalse();
    assertThat(name()).isEqualTo("old");
    assertThat(names.nextPlace()).isTrue();
    assertThat(names.isOldPlace()).isFalse();
    assertThat(names.isNewPlace()).isTrue();
    assertThat(name()).isEqualTo("new");
    assertThat(names.handle()).isEqualTo(other);
    assertThat(names.nextPlace()).isFalse();
  }

  @Test
  void hasADirectoryWithoutAName() {
    over(event(MOVED, record(DFID, HANDLE, "not a name")));

    assertThat(names.next()).isTrue();
    assertThat(names.nextPlace()).isTrue();
    assertThat(names.handle()).isEqualTo(HANDLE);
    assertThat(names.name()).isEmpty();
  }

  @Test
  void keepsANameThatIsNotUtf8() {
    over(event(MOVED, record(DFID_NAME, HANDLE, "a\u00ff\u00fe")));

    assertThat(names.next()).isTrue();
    assertThat(names.nextPlace()).isTrue();
    assertThat(name()).isEqualTo("a\u00ff\u00fe");
  }

  @Test
  void skipsRecordsOfOtherTypes() {
    byte[] pidfd = {PIDFD, 0, 0, 0, 0, 0, 0, 0};
    buffer(pidfd).putShort(2, (short) 8);
    over(
        event(
            MOVED,
            pidfd,
            record(FID, HANDLE, ""),
            record(DFID_NAME, HANDLE, "name"),
            record(200, HANDLE, "")));

    assertThat(names.next()).isTrue();
    assertThat(names.nextPlace()).isTrue();
    assertThat(name()).isEqualTo("name");
    assertThat(names.nextPlace()).isFalse();
  }

  @Test
  void tellsAnOverflowWhichHasNoPlace() {
    over(event(FanotifyMask.FAN_Q_OVERFLOW), event(MOVED, record(DFID_NAME, HANDLE, "name")));

    assertThat(names.next()).isTrue();
    assertThat(names.isOverflow()).isTrue();
    assertThat(names.nextPlace()).isFalse();
    assertThat(names.next()).isTrue();
    assertThat(names.isOverflow()).isFalse();
    assertThat(names.nextPlace()).isTrue();
  }

  @Test
  void leavesOutThePlacesOfAnEventThatTheCallerSkips() {
    over(
        event(MOVED, record(DFID_NAME, HANDLE, "first")),
        event(MOVED, record(DFID_NAME, HANDLE, "second")));

    assertThat(names.next()).isTrue();
    assertThat(names.next()).isTrue();
    assertThat(names.nextPlace()).isTrue();
    assertThat(name()).isEqualTo("second");
    assertThat(names.nextPlace()).isFalse();
    assertThat(names.next()).isFalse();
  }

  @Test
  void findsTheRecordsBehindMetadataThatGrew() {
    byte[] grown = event(MOVED, new byte[8], record(DFID_NAME, HANDLE, "name"));
    buffer(grown).putShort(6, (short) (METADATA + 8));
    over(grown);

    assertThat(names.next()).isTrue();
    assertThat(names.nextPlace()).isTrue();
    assertThat(name()).isEqualTo("name");
  }

  static IntStream everyLength() {
    return IntStream.range(METADATA + 1, event(MOVED, record(DFID_NAME, HANDLE, "name")).length);
  }

  @ParameterizedTest
  @MethodSource("everyLength")
  void refusesARecordThatIsCutShort(int length) {
    byte[] event = event(MOVED, record(DFID_NAME, HANDLE, "name"));
    buffer(event).putInt(0, length);

    names.over(buffer(event), length);

    assertThat(names.next()).isTrue();
    assertThatThrownBy(names::nextPlace)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageStartingWith("fanotify record ");
    assertThatThrownBy(names::nextPlace).isInstanceOf(MalformedRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 19, 37, 0xffff})
  void refusesARecordLengthThatCannotBe(int recordLength) {
    byte[] event = event(MOVED, record(DFID_NAME, new byte[8], "name"));
    buffer(event).putShort(METADATA + 2, (short) recordLength);
    over(event);

    assertThat(names.next()).isTrue();
    assertThatThrownBy(names::nextPlace)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("record len " + recordLength);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 17, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void refusesAHandleThatCannotBe(int handleBytes) {
    byte[] event = event(MOVED, record(DFID_NAME, new byte[8], "name"));
    buffer(event).putInt(METADATA + 12, handleBytes);
    over(event);

    assertThat(names.next()).isTrue();
    assertThatThrownBy(names::nextPlace)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("handle_bytes " + handleBytes);
  }

  @Test
  void refusesANameWithoutAnEnd() {
    byte[] record = record(DFID_NAME, new byte[8], "name");
    Arrays.fill(record, record.length - 4, record.length, (byte) 'x'); // NUL and padding
    over(event(MOVED, record), event(MOVED));

    assertThat(names.next()).isTrue();
    assertThatThrownBy(names::nextPlace)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("name without an end");
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

  /** Touches every field of every place. */
  private void readAll(ByteBuffer bytes) {
    int steps = 0;
    names.over(bytes, bytes.capacity());
    try {
      while (names.next()) {
        while (names.nextPlace()) {
          steps++;
          assertThat(steps).isLessThan(bytes.capacity());
          assertThat(names.handle().length + names.name().length).isLessThan(bytes.capacity());
          assertThat(names.isOldPlace() && names.isNewPlace()).isFalse();
          assertThat(names.fsid() + names.handleType()).isNotEqualTo(Long.MIN_VALUE);
        }
      }
    } catch (MalformedRecordException malformed) {
      assertThat(malformed).hasMessageStartingWith("fanotify ");
    }
  }

  /** A whole event whose records have some bytes changed. */
  private static ByteBuffer anyBytes(Random random) {
    byte[] event =
        event(
            MOVED,
            record(OLD_DFID_NAME, new byte[random.nextInt(12)], "x".repeat(random.nextInt(9))),
            record(NEW_DFID_NAME, new byte[random.nextInt(12)], "y".repeat(random.nextInt(9))));
    for (int i = random.nextInt(6); i > 0; i--) {
      int at = METADATA + random.nextInt(event.length - METADATA);
      event[at] = (byte) (random.nextBoolean() ? random.nextInt(4) : random.nextInt());
    }
    return buffer(event);
  }

  private void over(byte[]... events) {
    byte[] all = joined(0, events);
    names.over(buffer(all), all.length);
  }

  private String name() {
    return new String(names.name(), ISO_8859_1);
  }

  private static byte[] event(long mask, byte[]... records) {
    byte[] event = joined(METADATA, records);
    ByteBuffer bytes = buffer(event);
    FanotifyEvents.put(bytes, 0, mask, -1, 42);
    bytes.putInt(0, event.length);
    return event;
  }

  private static byte[] record(int type, byte[] handle, String name) {
    int length = 20 + handle.length + name.length() + 1;
    byte[] record = new byte[(length + 3) / 4 * 4];
    buffer(record)
        .put(0, (byte) type)
        .putShort(2, (short) record.length)
        .putLong(4, 0x1122334455667788L)
        .putInt(12, handle.length)
        .putInt(16, 77)
        .put(20, handle)
        .put(20 + handle.length, name.getBytes(ISO_8859_1));
    return record;
  }

  private static byte[] joined(int space, byte[]... parts) {
    int length = space + IntStream.range(0, parts.length).map(i -> parts[i].length).sum();
    byte[] joined = new byte[length];
    int at = space;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  private static ByteBuffer buffer(int capacity) {
    return buffer(new byte[capacity]);
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }
}
