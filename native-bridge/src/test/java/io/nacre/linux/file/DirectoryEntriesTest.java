package io.nacre.linux.file;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryEntriesTest {
  private static final int HEADER = DirectoryEntries.HEADER_SIZE;
  private static final int RECLEN = 16;
  private static final int ENTRY = 24;
  private static final byte DT_DIR = 4;
  private static final byte DT_REG = 8;

  private final DirectoryEntries entries = new DirectoryEntries();

  @Test
  void hasNothingBeforeTheFirstList() {
    assertThat(entries.next()).isFalse();
  }

  @Test
  void hasNothingInAnEmptyList() {
    entries.over(buffer(ENTRY), 0);

    assertThat(entries.next()).isFalse();
    assertThat(entries.next()).isFalse();
  }

  @Test
  void stepsThroughSeveralNames() {
    entries.over(threeEntries(), 3 * ENTRY);

    assertThat(entries.next()).isTrue();
    assertThat(entries.name()).isEqualTo(".".getBytes(UTF_8));
    assertThat(entries.isDot()).isTrue();
    assertThat(entries.next()).isTrue();
    assertThat(entries.name()).isEqualTo("sub".getBytes(UTF_8));
    assertThat(entries.isDot()).isFalse();
    assertThat(entries.mayBeDirectory()).isTrue();
    assertThat(entries.next()).isTrue();
    assertThat(entries.name()).isEqualTo("file".getBytes(UTF_8));
    assertThat(entries.mayBeDirectory()).isFalse();
    assertThat(entries.next()).isFalse();
  }

  @Test
  void ignoresWhatAnEarlierListLeftBehindTheLength() {
    entries.over(threeEntries(), ENTRY);

    assertThat(entries.next()).isTrue();
    assertThat(entries.next()).isFalse();
  }

  @Test
  void startsAgainOverAnotherList() {
    entries.over(threeEntries(), 3 * ENTRY);
    entries.next();
    entries.next();

    entries.over(threeEntries(), 3 * ENTRY);

    assertThat(entries.next()).isTrue();
    assertThat(entries.name()).isEqualTo(".".getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "0, true",
    "1, false",
    "2, false",
    "4, true",
    "6, false",
    "8, false",
    "10, false",
    "12, false"
  })
  void mayBeADirectoryIfItIsOneOrTheTypeIsUnknown(byte type, boolean expected) {
    ByteBuffer bytes = buffer(ENTRY);
    put(bytes, 0, ENTRY, type, "x".getBytes(UTF_8));

    entries.over(bytes, ENTRY);

    assertThat(entries.next()).isTrue();
    assertThat(entries.mayBeDirectory()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"., true", ".., true", "..., false", ".a, false", "..a, false", "a, false"})
  void knowsTheTwoNamesEveryDirectoryHas(String name, boolean expected) {
    ByteBuffer padded = buffer(ENTRY);
    put(padded, 0, ENTRY, DT_DIR, name.getBytes(UTF_8));
    entries.over(padded, ENTRY);
    assertThat(entries.next()).isTrue();
    boolean withPadding = entries.isDot();

    int exact = HEADER + name.length();
    ByteBuffer filled = buffer(exact);
    put(filled, 0, exact, DT_DIR, name.getBytes(UTF_8));
    entries.over(filled, exact);
    assertThat(entries.next()).isTrue();
    boolean withoutPadding = entries.isDot();

    assertThat(withPadding).isEqualTo(expected);
    assertThat(withoutPadding).isEqualTo(expected);
  }

  @Test
  void keepsANameThatIsNotUtf8() {
    byte[] name = {'a', (byte) 0xff, (byte) 0xc3, 'b'};
    ByteBuffer bytes = buffer(ENTRY);
    put(bytes, 0, ENTRY, DT_REG, name);

    entries.over(bytes, ENTRY);

    assertThat(entries.next()).isTrue();
    assertThat(entries.name()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 255, 1000})
  void endsANameThatFillsItsRecord(int size) {
    byte[] name = "x".repeat(size).getBytes(UTF_8);
    ByteBuffer bytes = buffer(HEADER + size + ENTRY);
    put(bytes, 0, HEADER + size, DT_REG, name);
    put(bytes, HEADER + size, ENTRY, DT_REG, "y".getBytes(UTF_8));

    entries.over(bytes, HEADER + size + ENTRY);

    assertThat(entries.next()).isTrue();
    assertThat(entries.name()).isEqualTo(name);
    assertThat(entries.next()).isTrue();
    assertThat(entries.name()).isEqualTo("y".getBytes(UTF_8));
  }

  @Test
  void anEmptyNameIsEmptyAndNoDot() {
    ByteBuffer bytes = buffer(ENTRY);
    put(bytes, 0, ENTRY, DT_REG, new byte[0]);

    entries.over(bytes, ENTRY);

    assertThat(entries.next()).isTrue();
    assertThat(entries.name()).isEmpty();
    assertThat(entries.isDot()).isFalse();
  }

  static IntStream everyLength() {
    return IntStream.rangeClosed(0, 3 * ENTRY);
  }

  @ParameterizedTest
  @MethodSource("everyLength")
  void refusesAnEntryThatIsCutShort(int length) {
    entries.over(threeEntries(), length);

    for (int whole = 0; whole < length / ENTRY; whole++) {
      assertThat(entries.next()).isTrue();
    }
    if (length % ENTRY == 0) {
      assertThat(entries.next()).isFalse();
    } else {
      assertThatThrownBy(entries::next).isInstanceOf(MalformedRecordException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, HEADER - 1, HEADER, 3 * ENTRY + 1, 0x8000, 0xffff})
  void refusesARecordLengthThatCannotBe(int recordLength) {
    ByteBuffer bytes = threeEntries().putShort(RECLEN, (short) recordLength);

    entries.over(bytes, 3 * ENTRY);

    assertThatThrownBy(entries::next)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("d_reclen " + recordLength);
  }

  @Test
  void refusesARecordLengthThatLeavesAStump() {
    ByteBuffer bytes = threeEntries().putShort(RECLEN, (short) (3 * ENTRY - 5));

    entries.over(bytes, 3 * ENTRY);

    assertThat(entries.next()).isTrue();
    assertThatThrownBy(entries::next).isInstanceOf(MalformedRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, ENTRY + 1, Integer.MAX_VALUE})
  void refusesALengthOutsideTheBuffer(int length) {
    assertThatThrownBy(() -> entries.over(buffer(ENTRY), length))
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

  /** Touches every field of every entry. */
  private int readAll(ByteBuffer bytes) {
    int directories = 0;
    int steps = 0;
    entries.over(bytes, bytes.capacity());
    try {
      while (entries.next()) {
        steps++;
        assertThat(steps).isLessThanOrEqualTo(bytes.capacity() / HEADER);
        String name = new String(entries.name(), UTF_8);
        assertThat(entries.isDot()).isEqualTo(name.equals(".") || name.equals(".."));
        directories += entries.mayBeDirectory() ? 1 : 0;
      }
    } catch (MalformedRecordException malformed) {
      assertThat(malformed).hasMessageStartingWith("directory entry ");
    }
    return directories;
  }

  /** Noise, most of it with record lengths that are right or nearly so, and with dots. */
  private static ByteBuffer anyBytes(Random random) {
    byte[] noise = new byte[random.nextInt(6 * ENTRY)];
    random.nextBytes(noise);
    ByteBuffer bytes = ByteBuffer.wrap(noise).order(ByteOrder.nativeOrder());
    int at = 0;
    while (random.nextInt(8) > 0 && at + ENTRY <= noise.length) {
      int recordLength = random.nextInt(HEADER, ENTRY + 8);
      bytes.putShort(at + RECLEN, (short) recordLength);
      for (int i = HEADER; i < ENTRY && random.nextBoolean(); i++) {
        bytes.put(at + i, (byte) (random.nextBoolean() ? '.' : 0));
      }
      at += recordLength;
    }
    return bytes;
  }

  private static ByteBuffer threeEntries() {
    ByteBuffer bytes = buffer(3 * ENTRY);
    put(bytes, 0, ENTRY, DT_DIR, ".".getBytes(UTF_8));
    put(bytes, ENTRY, ENTRY, DT_DIR, "sub".getBytes(UTF_8));
    put(bytes, 2 * ENTRY, ENTRY, DT_REG, "file".getBytes(UTF_8));
    return bytes;
  }

  private static void put(ByteBuffer bytes, int offset, int recordLength, byte type, byte[] name) {
    bytes.putLong(offset, 1).putLong(offset + 8, 2);
    bytes.putShort(offset + RECLEN, (short) recordLength).put(offset + 18, type);
    bytes.put(offset + HEADER, name);
  }

  private static ByteBuffer buffer(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
  }
}
