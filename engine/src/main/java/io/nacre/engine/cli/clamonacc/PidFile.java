package io.nacre.engine.cli.clamonacc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of {@code --pid-file}, which holds the process ID while the engine runs. It is created
 * beside its path and then renamed. So nothing is ever written through an existing link, a pipe, or
 * another name of a file.
 */
record PidFile(Path file) implements AutoCloseable {

  /**
   * Writes it, in the place of an old one.
   *
   * @throws IOException if the path is no regular file; it stays
   */
  static PidFile write(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is not a regular file");
    }
    Path directory = file.toAbsolutePath().getParent();
    Path draft =
        Files.createTempFile(
            directory,
            ".nacre-pid-",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
    try {
      Files.writeString(draft, content());
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
    return new PidFile(file);
  }

  private static String content() {
    return ProcessHandle.current().pid() + "\n";
  }

  /** Removes it. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
