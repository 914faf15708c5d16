package io.nacre.engine.detection;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The SHA-256 of an open file, whose offset stays as it is. For any thread. */
final class FileHash {
  private static final int BUFFER_SIZE = 128 * 1024;

  private FileHash() {}

  /**
   * Returns the hash of all of {@code file} in hexadecimal digits; empty if it is longer than
   * {@code mostBytes} or cannot be read.
   */
  static Optional<String> of(Fd file, long mostBytes) {
    NativeBuffer buffer = new NativeBuffer(BUFFER_SIZE);
    MessageDigest digest = sha256();
    long offset = 0;
    try {
      while (offset <= mostBytes) {
        int count = Fd.readAt(file.number(), offset, buffer, 0, BUFFER_SIZE);
        if (count == 0) {
          return Optional.of(HexFormat.of().formatHex(digest.digest()));
        }
        digest.update(buffer.copy(0, count));
        offset += count;
      }
    } catch (ErrnoException e) {
      // an error of the disk, or of the server of the file system
    }
    return Optional.empty();
  }

  /** Loads the implementation, which takes a while the first time. */
  static int warmUp() {
    return sha256().digest().length;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
