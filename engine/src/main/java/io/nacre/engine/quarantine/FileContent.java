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

/** Reads whole files by their descriptors, whose offsets stay as they are. */
final class FileContent {
  private static final int CHUNK = 131_072;

  private FileContent() {}

  /**
   * Returns the SHA-256 of the content of {@code file}, in hexadecimal digits.
   *
   * @param most how many bytes it may have
   */
  static String sha256(Fd file, long most) throws IOException {
    return read(file, Optional.empty(), most);
  }

  /** Appends the content of {@code file} to {@code target}, and returns its SHA-256. */
  static String copy(Fd file, Fd target, long most) throws IOException {
    return read(file, Optional.of(target), most);
  }

  /**
   * Not beyond the size it has at the beginning, or whoever goes on writing would never let go; nor
   * what was made so big meanwhile that reading it would take hours.
   *
   * @throws RefusedException if it changed meanwhile, or has more than {@code most} bytes
   */
  private static String read(Fd file, Optional<Fd> target, long most) throws IOException {
    MessageDigest digest = digest();
    NativeBuffer chunk = new NativeBuffer(CHUNK);
    FileVersion before = version(file);
    if (before.size() > most) {
      throw new RefusedException(
          "it has " + before.size() + " bytes by now, and had " + most + " at most");
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
      throw new RefusedException("somebody writes it right now");
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

  /** Returns the content of {@code file}, which has {@code most} bytes at most. */
  static byte[] bytes(Fd file, int most) throws IOException {
    long size = new Statx().read(file.number()).size();
    if (size > most) {
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
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
