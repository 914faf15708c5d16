package io.nacre.engine.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The files that lines are appended to, as logs. */
public final class AppendedFile {

  private AppendedFile() {}

  /**
   * Opens {@code file}, never through a symbolic link, or creates it with mode 0640.
   *
   * @throws IOException also if it is not a regular file
   */
  public static FileChannel open(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          "it is not a regular file"); // the open of a FIFO would wait for its reader
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
