package io.nacre.engine.detection.sink;

import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.file.AppendedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A sink that appends records as lines of JSON to a file, for a log collector. The file is opened
 * for each record, so that it can be rotated at any time.
 */
final class JsonLog implements DetectionSink {
  private final Path file;

  JsonLog(Path file) {
    this.file = file;
  }

  @Override
  public String name() {
    return "the log " + file;
  }

  @Override
  public void prepare() throws IOException {
    AppendedFile.open(file).close();
  }

  @Override
  public void accept(DetectionRecord record, String message, String json) throws IOException {
    try (FileChannel channel = AppendedFile.open(file)) {
      ByteBuffer line = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        int unused = channel.write(line);
      }
    }
  }
}
