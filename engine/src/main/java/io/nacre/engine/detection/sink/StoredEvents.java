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
 * Reads the lines of a store from the oldest on, and then those that come, whatever engine writes
 * them and whether one runs. Belongs to one thread.
 */
public final class StoredEvents {
  private static final int CHUNK = 64 * 1024;

  /** No line that was written is longer; what seems to be is passed over. */
  private static final int LONGEST_LINE = 1 << 20;

  private final Path directory;
  private long segment;
  private long offset;
  private byte[] begun = {};

  /** Reads the store in {@code directory}, which need not be there yet. */
  public StoredEvents(Path directory) {
    this.directory = directory;
  }

  /**
   * Hands each line that is complete and was not read yet to {@code reader}, without its end. A
   * line that was torn is handed on like any; it is no JSON.
   */
  public void read(Consumer<String> reader) throws IOException {
    NavigableMap<Long, Path> segments = EventSegments.in(directory).tailMap(segment, true);
    for (Map.Entry<Long, Path> next : List.copyOf(segments.entrySet())) {
      if (next.getKey() != segment) {
        segment = next.getKey();
        offset = 0;
        begun = new byte[0];
      }
      try (FileChannel channel =
          FileChannel.open(next.getValue(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
        readOn(channel, reader);
      } catch (NoSuchFileException e) {
        // it has made room meanwhile
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
          keep(chunk.array(), from, i);
          reader.accept(new String(begun, StandardCharsets.UTF_8));
          begun = new byte[0];
          from = i + 1;
        }
      }
      keep(chunk.array(), from, count);
    }
  }

  private void keep(byte[] bytes, int from, int to) {
    if (begun.length < LONGEST_LINE) {
      byte[] longer = Arrays.copyOf(begun, begun.length + to - from);
      System.arraycopy(bytes, from, longer, begun.length, to - from);
      begun = longer;
    }
  }
}
