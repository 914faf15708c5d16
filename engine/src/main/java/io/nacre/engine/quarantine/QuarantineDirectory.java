package io.nacre.engine.quarantine;

import io.nacre.engine.file.RootOwnedPath;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Names;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The directory of the quarantine, on a path that only root can lead elsewhere and that has no
 * symbolic links. Opened anew for each use: so it keeps no file system from being unmounted, and a
 * change of its owner or mode is noticed.
 */
final class QuarantineDirectory {
  private static final int FOR_ROOT = 0700;
  private static final int ABOVE = 0755;

  private final Path path;

  QuarantineDirectory(Path path) {
    this.path = path;
  }

  /** Returns its path. */
  Path path() {
    return path;
  }

  /**
   * Opens it.
   *
   * @throws RefusedException if a user other than root could replace it, or write there
   */
  Directory open() throws IOException {
    Directory directory = PathWalk.open(names(), QuarantineDirectory::requireRoots);
    try {
      requireOwn(directory, path.toString());
      return directory;
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  /** Creates it, and the directories missing above it, and opens it. */
  Directory create() throws IOException {
    List<byte[]> names = names();
    for (int count = 1; count < names.size(); count++) {
      make(names.subList(0, count), ABOVE);
    }
    make(names, FOR_ROOT);
    return open();
  }

  /** Returns why {@link #create} would fail; changes nothing. */
  Optional<String> complaint() {
    List<byte[]> names = names();
    try (Directory directory = open()) {
      return Optional.empty();
    } catch (ErrnoException e) {
      return e.errno() == Errno.ENOENT
          ? complaintAbove(names.subList(0, names.size() - 1))
          : Optional.of(path + " cannot be opened: " + e.getMessage());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Checks the innermost directory that exists, in which the next one would be created. */
  private static Optional<String> complaintAbove(List<byte[]> names) {
    try (Directory parent = PathWalk.open(names, QuarantineDirectory::requireRoots)) {
      requireRoots(parent, text(names));
      return Optional.empty();
    } catch (ErrnoException e) {
      return e.errno() == Errno.ENOENT && !names.isEmpty()
          ? complaintAbove(names.subList(0, names.size() - 1))
          : Optional.of(text(names) + " cannot be opened: " + e.getMessage());
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void make(List<byte[]> names, int mode) throws IOException {
    int last = names.size() - 1;
    try (Directory parent =
        PathWalk.open(names.subList(0, last), QuarantineDirectory::requireRoots)) {
      requireRoots(parent, text(names.subList(0, last)));
      Names.makeDirectory(parent, names.get(last), mode);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EEXIST) {
        throw new RefusedException(text(names) + " cannot be created: " + e.getMessage());
      }
    }
  }

  private static void requireRoots(Directory directory, String path) throws IOException {
    Statx statx = new Statx().read(directory.fd().number());
    Optional<String> complaint = RootOwnedPath.ofDirectoryOnTheWay(statx.uid(), statx.mode());
    if (complaint.isPresent()) {
      throw new RefusedException(
          path + " " + complaint.get() + ": another user could replace the files in it");
    }
  }

  private static void requireOwn(Directory directory, String path) throws IOException {
    Statx statx = new Statx().read(directory.fd().number());
    Optional<String> complaint = RootOwnedPath.ofEnd(statx.uid(), statx.mode());
    if (complaint.isPresent()) {
      throw new RefusedException(
          path
              + " "
              + complaint.get()
              + "; it must be root's alone: chown root:root, chmod 700, or another directory");
    }
  }

  private List<byte[]> names() {
    return PathWalk.names(path.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String text(List<byte[]> names) {
    StringBuilder text = new StringBuilder();
    names.forEach(name -> text.append('/').append(PathWalk.text(name)));
    return text.isEmpty() ? "/" : text.toString();
  }
}
