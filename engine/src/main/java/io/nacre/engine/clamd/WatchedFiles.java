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
 * The marks on a directory of signatures, and on what the symbolic links in it lead to; tells when
 * these are others than a moment ago. Belongs to one thread.
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

  /** Returns true if nothing is marked, since the directory is not there. */
  boolean areMissing() {
    return marked.isEmpty();
  }

  /**
   * Marks what is there now.
   *
   * @return whether that is something else than was marked before: it may have been there,
   *     unmarked, since then
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
      if (e.errno() == Errno.ENOENT) { // gone since we looked
        return Set.of();
      }
      throw e;
    }
    return now;
  }

  /** What is exchanged between the look and the mark is another one at the next look. */
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
