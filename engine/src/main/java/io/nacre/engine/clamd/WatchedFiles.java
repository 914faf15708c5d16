package io.nacre.engine.clamd;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The fanotify marks on a database directory and on the targets of the symbolic links in it;
 * detects when these were replaced. Belongs to one thread.
 */
final class WatchedFiles {

  /** A file or directory; its number alone may be used again. */
  private record Id(long device, long inode, long bornSeconds, int bornNanos) {}

  private final DatabaseDirectory directory;
  private final FanotifyGroup group;
  private final Statx statx = new Statx();
  private Set<Id> marked = Set.of();

  WatchedFiles(DatabaseDirectory directory, FanotifyGroup group) {
    this.directory = directory;
    this.group = group;
  }

  /** Returns true if nothing is marked: the directory does not exist. */
  boolean isMissing() {
    return marked.isEmpty();
  }

  /**
   * Marks the directory and the targets as they are now.
   *
   * @return true if they are others than at the last call; they may have been there, unmarked,
   *     since then
   */
  boolean mark() throws IOException {
    Set<Id> before = marked;
    marked = markAll();
    return !marked.equals(before);
  }

  private Set<Id> markAll() throws IOException {
    Set<Id> now = new HashSet<>();
    try {
      Path here = directory.now();
      now.add(mark(here, FanotifyMask.FAN_OPEN | FanotifyMask.FAN_EVENT_ON_CHILD));
      try (DirectoryStream<Path> links = Files.newDirectoryStream(here, Files::isSymbolicLink)) {
        for (Path link : links) {
          if (Files.exists(link)) {
            now.add(mark(link, FanotifyMask.FAN_OPEN)); // it is opened in another directory
          }
        }
      }
    } catch (NoSuchFileException e) {
      return Set.of();
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) { // removed since the check
        return Set.of();
      }
      throw e;
    }
    return now;
  }

  /** A file that is replaced between the check and the mark differs at the next call. */
  private Id mark(Path path, long mask) throws IOException {
    byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    Statx file = statx.readPath(NativeBuffer.cString(bytes));
    Id id = new Id(file.device(), file.inode(), file.bornSeconds(), file.bornNanos());
    group.mark(MarkType.INODE, mask, bytes);
    return id;
  }
}
