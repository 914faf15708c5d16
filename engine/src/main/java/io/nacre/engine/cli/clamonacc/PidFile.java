package io.nacre.engine.cli.clamonacc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of {@code --pid-file}, which holds our process number while we run. It is made beside
 * and then given its name, so that nothing is ever written through what is there: a link, a pipe,
 * or another name of somebody's file.
 */
record PidFile(Path file) implements AutoCloseable {

  /**
   * Writes it, in the place of an old one.
   *
   * @throws IOException if something is there that is no file; it stays
   */
  static PidFile write(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is no regular file");
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
