package io.nacre.engine.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleanSnapshotTest {
  private static final CleanSnapshot SNAPSHOT =
      new CleanSnapshot(
          "a boot",
          "ClamAV 1.4 abc",
          Map.of(7L, List.of(1L, 2L), 8L, List.of(3L)),
          List.of(new KnownFile(7, 0, 1, 2, 3, 4, 5), new KnownFile(8, 0, -1, 1L << 40, 0, -9, 1)));

  @TempDir Path directory;

  private Path path;

  @BeforeEach
  void write() throws IOException {
    path = directory.resolve("clean");
    SNAPSHOT.write(path, ProcFs.effectiveUserOfSelf());
  }

  @Test
  void isReadAsItWasWritten() throws IOException {
    assertThat(read()).isEqualTo(SNAPSHOT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void takesThePlaceOfTheOneBefore() throws IOException {
    new CleanSnapshot("another boot", "", Map.of(), List.of())
        .write(path, ProcFs.effectiveUserOfSelf());

    assertThat(read().boot()).isEqualTo("another boot");
    assertThat(directory).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void isRefusedWhateverByteOfItIsAnother() throws IOException {
    byte[] whole = Files.readAllBytes(path);
    for (int i = 0; i < whole.length; i++) {
      byte[] other = whole.clone();
      other[i] ^= 1;
      Files.write(path, other);

      assertThatThrownBy(this::read).as("byte " + i).isInstanceOf(IOException.class);
    }
  }

  @Test
  void isRefusedWhereverItEndsTooEarlyOrTooLate() throws IOException {
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));

      assertThatThrownBy(this::read).as("length " + length).hasMessage("it is damaged");
    }
    Files.write(path, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(this::read).hasMessage("it is damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw--w----", "rw-----w-"})
  void isRefusedIfOthersMayTouchIt(String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));

    assertThatThrownBy(this::read).hasMessage("others than its owner may have written it");
  }

  @Test
  void isRefusedIfItIsSomebodyElses() {
    assertThatThrownBy(() -> CleanSnapshot.read(path, ProcFs.effectiveUserOfSelf() + 1))
        .hasMessage("others than its owner may write in " + directory);
  }

  @Test
  void isNeitherReadNorWrittenWhereOthersMayWrite() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(this::read).hasMessage("others than its owner may write in " + directory);
    assertThatThrownBy(() -> SNAPSHOT.write(path, ProcFs.effectiveUserOfSelf()))
        .hasMessage("others than its owner may write in " + directory);
  }

  @Test
  @Timeout(10)
  void isNoPipe() throws Exception {
    Files.delete(path);
    assertThat(new ProcessBuilder("mkfifo", "-m", "600", path.toString()).start().waitFor())
        .isZero();

    assertThatThrownBy(this::read).hasMessage("it is no regular file");
  }

  @Test
  void leavesNothingBehindThatCannotTakeItsPlace() throws IOException {
    Files.delete(path);
    Files.createDirectory(path);

    assertThatThrownBy(() -> SNAPSHOT.write(path, ProcFs.effectiveUserOfSelf()))
        .hasMessage("it is no regular file");
    assertThat(directory).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void isNotReadThroughALink() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), path);

    assertThatThrownBy(() -> CleanSnapshot.read(link, ProcFs.effectiveUserOfSelf()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void mayNotBeThere() throws IOException {
    Files.delete(path);

    assertThatThrownBy(this::read).isInstanceOf(NoSuchFileException.class);
  }

  private CleanSnapshot read() throws IOException {
    return CleanSnapshot.read(path, ProcFs.effectiveUserOfSelf());
  }
}
