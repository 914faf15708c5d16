package io.nacre.engine.scan.prefetch;

import io.nacre.engine.scan.lookup.BytePaths;
import io.nacre.engine.scan.lookup.LocalFileFinder;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import java.util.Optional;

/**
 * A directory that stays open while files of it are looked up, but no longer: an open directory
 * keeps its file system from being unmounted. Belongs to one thread.
 */
final class OpenedDirectory implements AutoCloseable {
  private final LocalFileFinder files;
  private final long mountId;
  private String path = "";
  private Optional<Directory> directory = Optional.empty();

  /** No directory yet; all of them are on one mount. */
  OpenedDirectory(LocalFileFinder files, long mountId) {
    this.files = files;
    this.mountId = mountId;
  }

  /** Finds the file at {@code file}, which the caller closes. */
  LocalFileFinder.Found find(String file) throws ErrnoException {
    String parent = BytePaths.parent(file);
    if (directory.isEmpty() || !parent.equals(path)) {
      close();
      directory = Optional.of(files.open(parent, mountId));
      path = parent;
    }
    if (!files.isProtected(file)) {
      throw new ErrnoException("openat", Errno.ENOENT);
    }
    return files.find(directory.get(), BytePaths.name(file), mountId);
  }

  @Override
  public void close() {
    directory.ifPresent(Directory::close);
    directory = Optional.empty();
  }
}
