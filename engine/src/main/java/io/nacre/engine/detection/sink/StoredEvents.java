package io.nacre.engine.detection.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Consumer;

/**
 * A reader of the lines of an event store, from the oldest on and then as they are written, whether
 * an engine runs or not. Belongs to one thread.
 */
public final class StoredEvents {
  private static final int CHUNK = 64 * 1024;

  /** Longer than any line of a store; the rest of a longer one is skipped. */
  private static final int LONGEST_LINE = 1 << 20;

  private final Path directory;
  private long segment;
  private long offset;
  private byte[] line = {};

  /** Reads the store in {@code directory}, which need not exist yet. */
  public StoredEvents(Path directory) {
    this.directory = directory;
  }

  /**
   * Hands each complete line that was not read yet to {@code reader}, without its end. A torn line
   * is handed on like any other, and is not JSON.
   */
  public void read(Consumer<String> reader) throws IOException {
    NavigableMap<Long, Path> segments = EventSegments.in(directory).tailMap(segment, true);
    for (Map.Entry<Long, Path> next : List.copyOf(segments.entrySet())) {
      if (next.getKey() != segment) {
        segment = next.getKey();
        offset = 0;
        line = new byte[0];
      }
      try (FileChannel channel =
          FileChannel.open(next.getValue(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        readOn(channel, reader);
      } catch (NoSuchFileException e) {
        // deleted to make room
      }
    }
  }

  private void readOn(FileChannel channel, Consumer<String> reader) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    while (true) {
      int count = channel.read(chunk.clear(), offset);
      if (count <= 0) {
        return;
      }
      offset += count;
      int from = 0;
      for (int i = 0; i < count; i++) {
        if (chunk.get(i) == '\n') {
          append(chunk.array(), from, i);
          reader.accept(new String(line, StandardCharsets.UTF_8));
          line = new byte[0];
          from = i + 1;
        }
      }
      append(chunk.array(), from, count);
    }
  }

  private void append(byte[] bytes, int from, int to) {
    if (line.length < LONGEST_LINE) {
      byte[] longer = Arrays.copyOf(line, line.length + to - from);
      System.arraycopy(bytes, from, longer, line.length, to - from);
      line = longer;
    }
  }
}
