package io.nacre.engine.cli.clamonacc;

import io.nacre.engine.file.AppendedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The file of {@code --log}: appended to, never through a symbolic link, and locked so that no
 * other program writes into it. May be used from any thread.
 */
final class LogFile implements AutoCloseable {
  private final Path file;
  private FileChannel channel;

  private LogFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens {@code file}, or creates it: writable by its owner, readable by its group. */
  static LogFile open(Path file) throws IOException {
    return new LogFile(file, openLocked(file));
  }

  private static FileChannel openLocked(Path file) throws IOException {
    FileChannel channel = AppendedFile.open(file);
    try {
      if (channel.tryLock() == null) {
        throw new IOException("another program has locked it");
      }
      return channel;
    } catch (IOException | OverlappingFileLockException e) {
      channel.close();
      throw e instanceof IOException failure ? failure : new IOException("it is already open", e);
    }
  }

  /** Continues in a new file, after the old one was renamed. */
  synchronized void reopen() throws IOException {
    channel.close();
    channel = openLocked(file);
  }

  /** Appends {@code line}. */
  synchronized void write(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}
