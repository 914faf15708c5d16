package io.nacre.engine.quarantine;

import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The content of open files, whose offsets stay as they are. */
final class FileContent {
  private static final int CHUNK = 131_072;

  private FileContent() {}

  /**
   * Returns the SHA-256 of the content of {@code file}, in hexadecimal digits.
   *
   * @param mostBytes the size up to which it is read
   */
  static String sha256(Fd file, long mostBytes) throws IOException {
    return read(file, Optional.empty(), mostBytes);
  }

  /** Appends the content of {@code file} to {@code target}, and returns its SHA-256. */
  static String copy(Fd file, Fd target, long mostBytes) throws IOException {
    return read(file, Optional.of(target), mostBytes);
  }

  /**
   * Reads up to the size at the beginning: a writer that goes on writing must not keep the reader
   * busy for ever. A file that grew beyond {@code mostBytes} would take hours.
   *
   * @throws RefusedException if the file changed meanwhile, or has more than {@code mostBytes}
   */
  private static String read(Fd file, Optional<Fd> target, long mostBytes) throws IOException {
    MessageDigest digest = digest();
    NativeBuffer chunk = new NativeBuffer(CHUNK);
    FileVersion before = version(file);
    if (before.size() > mostBytes) {
      throw new RefusedException(
          "it has "
              + before.size()
              + " bytes by now; files up to "
              + mostBytes
              + " bytes are scanned");
    }
    long offset = 0;
    int length;
    do {
      int wanted = (int) Math.min(CHUNK, before.size() - offset);
      length = Fd.readAt(file.number(), offset, chunk, 0, wanted);
      byte[] bytes = chunk.copy(0, length);
      digest.update(bytes);
      if (target.isPresent()) {
        write(target.get(), bytes, chunk);
      }
      offset += length;
    } while (length > 0 && offset < before.size());
    if (!version(file).equals(before)) {
      throw new RefusedException("a process writes it right now");
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void write(Fd target, byte[] bytes, NativeBuffer buffer) throws ErrnoException {
    int written = 0;
    while (written < bytes.length) {
      buffer.bytes().put(0, bytes, written, bytes.length - written);
      int count = target.write(buffer, bytes.length - written);
      if (count == 0) {
        throw new ErrnoException("write", Errno.EIO);
      }
      written += count;
    }
  }

  /** Writes {@code bytes} to {@code target}. */
  static void write(Fd target, byte[] bytes) throws ErrnoException {
    write(target, bytes, new NativeBuffer(Math.max(1, bytes.length)));
  }

  /** Returns the content of {@code file}, up to {@code mostBytes}. */
  static byte[] bytes(Fd file, int mostBytes) throws IOException {
    long size = new Statx().read(file.number()).size();
    if (size > mostBytes) {
      throw new RefusedException("it is too big");
    }
    NativeBuffer buffer = new NativeBuffer((int) Math.max(1, size));
    int offset = 0;
    int length;
    do {
      length = Fd.readAt(file.number(), offset, buffer, offset, (int) size - offset);
      offset += length;
    } while (length > 0 && offset < size);
    return buffer.copy(0, offset);
  }

  private static FileVersion version(Fd file) throws ErrnoException {
    return FileVersion.of(new Statx().read(file.number()));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
