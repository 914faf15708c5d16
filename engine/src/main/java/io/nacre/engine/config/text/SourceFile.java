package io.nacre.engine.config.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bounded, checked text of one configuration file. */
final class SourceFile {
  private static final int BYTES_MAX = 4 << 20;

  private SourceFile() {}

  /**
   * Returns the text of {@code file}.
   *
   * @throws IOException if it has none that can be used; the message follows its name
   */
  static String read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("is a directory; name the file in it");
    }
    if (!Files.exists(file)) {
      throw new IOException(
          Files.isReadable(parent(file)) || !Files.exists(parent(file))
              ? "does not exist"
              : "cannot be read: permission denied");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new IOException("is bigger than 4 MiB");
      }
      return text(bytes);
    } catch (AccessDeniedException e) {
      throw new IOException("cannot be read: permission denied", e);
    }
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }

  private static String text(byte[] bytes) throws IOException {
    int line = 1;
    int start = 0;
    for (int i = 0; i <= bytes.length; i++) {
      if (i < bytes.length && bytes[i] == 0) {
        throw new LineException(line, "holds a zero byte; is the file UTF-16, or no text?");
      }
      if (i < bytes.length && bytes[i] == '\r' && (i + 1 == bytes.length || bytes[i + 1] != '\n')) {
        throw new LineException(
            line, "holds a carriage return inside of a line; lines end with a newline");
      }
      if (i == bytes.length || bytes[i] == '\n') {
        requireUtf8(bytes, start, i, line);
        start = i + 1;
        line++;
      }
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void requireUtf8(byte[] bytes, int start, int end, int line) throws LineException {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, end - start));
    } catch (CharacterCodingException e) {
      throw new LineException(line, "is not UTF-8", e);
    }
  }

  /** A problem of one line. */
  static final class LineException extends IOException {
    private static final long serialVersionUID = 1;
    private final int line;

    LineException(int line, String message) {
      super(message);
      this.line = line;
    }

    LineException(int line, String message, Throwable cause) {
      super(message, cause);
      this.line = line;
    }

    int line() {
      return line;
    }
  }
}
