package io.nacre.engine.quarantine;

import io.nacre.engine.verdict.FileId;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Inode;
import io.nacre.linux.file.Names;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The name of an open file, in its open directory.
 *
 * <p>A user that may write there can give the name to another file at any moment, and no system
 * call removes a name only from a certain file. So the name is moved to a directory that only root
 * can reach, and checked there. Another file goes back at once; its content and its inode are never
 * touched.
 */
final class SourceName implements AutoCloseable {
  private static final int MODE_FOR_ROOT = 0700;
  private static final int NAME_MAX = 255;
  private static final byte[] INSIDE = {'f'};

  private final byte[] path;
  private final Directory directory;
  private final byte[] name;
  private final FileId file;
  private final int links;

  private SourceName(byte[] path, Directory directory, byte[] name, Statx statx) {
    this.path = path;
    this.directory = directory;
    this.name = name;
    this.file = id(statx);
    this.links = statx.links();
  }

  /**
   * Finds the name of {@code file}.
   *
   * @throws RefusedException if it has no name any more, or none in this mount namespace
   */
  static SourceName of(Fd file) throws IOException {
    Statx statx = new Statx().read(file.number());
    if (statx.links() == 0) {
      throw new RefusedException("it has no name any more");
    }
    if (statx.isImmutableOrAppendOnly()) {
      throw new RefusedException("it is immutable or append-only, see chattr(1)");
    }
    byte[] path = new DescriptorPath().read(file.number()).bytes();
    List<byte[]> names = PathWalk.names(path);
    if (path[0] != '/' || names.isEmpty()) {
      throw notHere(path);
    }
    int last = names.size() - 1;
    Directory directory;
    try {
      directory = PathWalk.open(names.subList(0, last), PathWalk.Check.NONE);
    } catch (ErrnoException e) {
      throw e.errno() == Errno.ENOENT ? notHere(path) : e;
    }
    SourceName origin = new SourceName(path, directory, names.get(last), statx);
    try {
      origin.requireSame();
      return origin;
    } catch (IOException e) {
      origin.close();
      throw e;
    }
  }

  private static RefusedException notHere(byte[] path) {
    return new RefusedException(
        "no such file has the name "
            + PathWalk.text(path)
            + " here: it is gone, or in another mount namespace");
  }

  private void requireSame() throws IOException {
    try {
      if (id(directory.probe(name)).equals(file)) {
        return;
      }
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
    throw notHere(path);
  }

  /** Returns the bytes of the whole path. */
  byte[] path() {
    return path;
  }

  /** Returns the device and inode of the file. */
  FileId file() {
    return file;
  }

  /** Returns the number of other names the file had. */
  int otherNames() {
    return links - 1;
  }

  /** Returns whether the name is in the directory {@code other}. */
  boolean isIn(Directory other) throws ErrnoException {
    FileId there = id(new Statx().read(other.fd().number()));
    return id(new Statx().read(directory.fd().number())).equals(there);
  }

  /**
   * Moves the file, and no other one, to {@code newName} in {@code target}, to which only root has
   * access.
   *
   * @throws RefusedException if another file has the name by now; that file is where it was
   * @throws ErrnoException {@code EXDEV} if target is on another file system or mount
   */
  void moveTo(Directory target, byte[] newName) throws IOException {
    requireSame();
    try {
      Names.move(directory, name, target, newName);
    } catch (ErrnoException e) {
      boolean isHeld = new Statx().read(directory.fd().number()).isImmutableOrAppendOnly();
      if (e.errno() == Errno.EPERM && isHeld) {
        throw new RefusedException("its directory is immutable or append-only, see chattr(1)");
      }
      throw e;
    }
    if (!id(target.probe(newName)).equals(file)) {
      putBack(target, newName);
      throw new RefusedException("a process gave its name to another file right now");
    }
  }

  /** Removes the name; the file is gone if it has no other one. */
  void remove() throws IOException {
    byte[] hidden = (".nacre-" + QuarantineIds.random()).getBytes(StandardCharsets.US_ASCII);
    Names.makeDirectory(directory, hidden, MODE_FOR_ROOT);
    try (Directory inside = directory.openChild(hidden)) {
      Statx statx = new Statx().read(inside.fd().number());
      if (statx.uid() != 0 || (statx.mode() & 077) != 0) {
        throw new RefusedException("a process exchanges directories beside it");
      }
      moveTo(inside, INSIDE);
      try {
        Names.remove(inside, INSIDE);
      } catch (ErrnoException e) {
        putBack(inside, INSIDE);
        throw e;
      }
      sync();
    } finally {
      removeEmpty(hidden);
    }
  }

  /** Brings the removal of the name to the disk. */
  void sync() throws ErrnoException {
    Inode.sync(directory.fd().number());
  }

  /** Under another name if its own is taken by now. */
  private void putBack(Directory from, byte[] at) throws IOException {
    try {
      Names.move(from, at, directory, name);
    } catch (ErrnoException e) {
      byte[] beside = beside();
      try {
        Names.move(from, at, directory, beside);
      } catch (ErrnoException again) {
        throw new RefusedException(
            "another file had its name, and could not be put back; it is now "
                + PathWalk.text(new DescriptorPath().read(from.fd().number()).bytes())
                + "/"
                + PathWalk.text(at));
      }
      throw new RefusedException(
          "another file had its name, which is taken again; that file is beside it now, as "
              + PathWalk.text(beside));
    }
  }

  private byte[] beside() {
    byte[] ending = (".nacre-" + QuarantineIds.random()).getBytes(StandardCharsets.US_ASCII);
    int kept = Math.min(name.length, NAME_MAX - ending.length);
    byte[] beside = Arrays.copyOf(name, kept + ending.length);
    System.arraycopy(ending, 0, beside, kept, ending.length);
    return beside;
  }

  private void removeEmpty(byte[] hidden) {
    try {
      Names.removeDirectory(directory, hidden);
    } catch (ErrnoException e) {
      // A process moved it away, or it holds the file that could not be put back.
    }
  }

  private static FileId id(Statx statx) {
    return new FileId(statx.device(), statx.subvolume(), statx.inode());
  }

  @Override
  public void close() {
    directory.close();
  }
}
