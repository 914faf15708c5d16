package io.nacre.engine.clamdconf;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A bounded read of a whole configuration file. Only regular files are read: a pipe would block
 * until its writer writes, and would be empty at the second read, in the background.
 */
final class WholeFile {
  private static final int MIB = 1 << 20;

  private WholeFile() {}

  /**
   * Returns the bytes of {@code file}.
   *
   * @throws IOException if it is bigger than {@code mebibytes}, or cannot be read; the message
   *     follows the name of the file
   */
  static byte[] read(Path file, int mebibytes) throws IOException {
    if (!Files.exists(file)) {
      throw new FileNotFoundException("is not there");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException("is no regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(mebibytes * MIB + 1);
      if (bytes.length > mebibytes * MIB) {
        throw new IOException("is bigger than " + mebibytes + " MiB");
      }
      return bytes;
    } catch (AccessDeniedException e) {
      throw new IOException("cannot be read: permission denied", e);
    }
  }
}
