package io.nacre.engine.detection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Appends records as lines of JSON to a file, for whoever collects logs. It is opened for each, so
 * that whoever rotates it needs to tell nobody.
 */
final class JsonLog implements Outlet {
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
    open().close();
  }

  @Override
  public void accept(DetectionRecord record, String message, String json) throws IOException {
    try (FileChannel channel = open()) {
      ByteBuffer line = ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        int unused = channel.write(line);
      }
    }
  }

  private FileChannel open() throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is no regular file"); // a FIFO would have us wait
    }
    return FileChannel.open(
        file,
        Set.of(
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND,
            StandardOpenOption.CREATE,
            LinkOption.NOFOLLOW_LINKS),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
  }
}
