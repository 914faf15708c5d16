package io.nacre.engine.detection.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.detection.record.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStoreTest {
  private static final int BYTES = 4_000;

  @TempDir Path temporary;

  private Path directory;
  private EventStore store;

  @BeforeEach
  void make() {
    directory = temporary.resolve("nacre/events");
    store = new EventStore(directory, BYTES);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void returnsItsLinesInOrder() throws IOException {
    write("{\"a\":1}", "{\"a\":2}");

    assertThat(read()).containsExactly("{\"a\":1}", "{\"a\":2}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(segments().get(0))))
        .isEqualTo("rw-------");
  }

  @Test
  void keepsItsSizeAndDeletesTheOldest() throws IOException {
    for (int i = 100; i < 400; i++) {
      write("{\"number\":%d,%s}".formatted(i, "x".repeat(80)));
      assertThat(size()).isLessThanOrEqualTo(BYTES);
    }

    List<String> lines = read();
    assertThat(lines.get(lines.size() - 1)).contains("399");
    assertThat(lines).hasSizeGreaterThan(BYTES / 100 / 2).hasSizeLessThanOrEqualTo(BYTES / 90);
    assertThat(lines).isSorted();
  }

  @Test
  void shrinksToASmallerSize() throws IOException {
    for (int i = 0; i < 50; i++) {
      write("x".repeat(80));
    }
    store.close();
    store = new EventStore(directory, BYTES / 4);

    write("last");

    assertThat(size()).isLessThanOrEqualTo(BYTES / 4);
    assertThat(read()).contains("last");
  }

  @Test
  void continuesBehindATornLine() throws IOException {
    write("first");
    Files.writeString(segments().get(0), "{\"torn\":", StandardOpenOption.APPEND);
    store.close();

    write("next");

    assertThat(read()).containsExactly("first", "{\"torn\":", "next");
    assertThat(segments()).hasSize(1);
  }

  @Test
  void beginsAgainWhenItsFilesWereDeleted() throws IOException {
    write("first");
    Files.delete(segments().get(0));

    write("next");

    assertThat(read()).containsExactly("next");
  }

  @Test
  void refusesADirectoryThatOthersCanWrite() throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));

    assertThatThrownBy(() -> write("x")).hasMessageContaining("can be written by others");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void refusesADirectoryThatOthersCanReplace() throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(
        directory.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> write("x")).hasMessageContaining("can be written by others");
  }

  @Test
  void refusesASymbolicLinkAsItsDirectory() throws IOException {
    Files.createDirectories(directory.getParent());
    Files.createDirectory(temporary.resolve("elsewhere"));
    Files.createSymbolicLink(directory, temporary.resolve("elsewhere"));

    assertThatThrownBy(() -> write("x")).hasMessageContaining("symbolic link");
  }

  @Test
  void refusesASymbolicLinkAsItsFile() throws IOException {
    write("first");
    Path segment = segments().get(0);
    store.close();
    Files.delete(segment);
    Path victim = Files.writeString(temporary.resolve("victim"), "");
    Files.createSymbolicLink(segment, victim);

    assertThatThrownBy(() -> write("next")).isInstanceOf(IOException.class);
    assertThat(victim).isEmptyFile();
  }

  @Test
  void isReadWhileItIsWritten() throws IOException {
    StoredEvents events = new StoredEvents(directory);
    List<String> seen = new ArrayList<>();
    events.read(seen::add); // there is nothing yet
    List<String> written = new ArrayList<>();

    for (int i = 0; i < 200; i++) {
      String line = i + "-".repeat(i % 150);
      written.add(line);
      write(line);
      if (i % 7 == 0) {
        events.read(seen::add);
      }
      if (i == 100) { // as a new engine does
        store.close();
        store = new EventStore(directory, BYTES);
      }
    }
    events.read(seen::add);

    assertThat(seen).isEqualTo(written);
  }

  @Test
  void returnsALineOnlyWhenItIsComplete() throws IOException {
    write("first");
    StoredEvents events = new StoredEvents(directory);
    List<String> seen = new ArrayList<>();
    Files.writeString(segments().get(0), "ha", StandardOpenOption.APPEND);
    events.read(seen::add);
    assertThat(seen).containsExactly("first");

    Files.writeString(segments().get(0), "lf\n", StandardOpenOption.APPEND);
    events.read(seen::add);

    assertThat(seen).containsExactly("first", "half");
  }

  private void write(String... lines) throws IOException {
    for (String line : lines) {
      store.accept(Records.denied(), "", line);
    }
  }

  private List<String> read() throws IOException {
    List<String> lines = new ArrayList<>();
    new StoredEvents(directory).read(lines::add);
    return lines;
  }

  private long size() throws IOException {
    long size = 0;
    for (Path segment : segments()) {
      size += Files.readString(segment, UTF_8).length();
    }
    return size;
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }
}
