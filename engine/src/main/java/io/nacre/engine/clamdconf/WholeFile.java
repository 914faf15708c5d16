package io.nacre.engine.clamdconf;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads a file of the administrator's in one go, and at most so much of it. A pipe would have us
 * wait for whoever writes, and be empty when it is read again, in the background.
 */
final class WholeFile {
  private static final int MIB = 1 << 20;

  private WholeFile() {}

  /**
   * Returns the bytes of {@code file}.
   *
   * @throws IOException if there are more than {@code mebibytes}, or it cannot be read; the message
   *     says so, to go behind the name of the file
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
      throw new IOException("cannot be read: we may not", e);
    }
  }
}
