package io.nacre.linux.file;

import io.nacre.linux.DescriptorLink;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.PathBuffer;
import java.lang.ref.Reference;

/**
 * Creation, moves and removal of names in open directories. No path is looked up, no symbolic link
 * is followed, and nothing is ever replaced.
 */
public final class Names {
  private static final int AT_SYMLINK_FOLLOW = 0x400;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int RENAME_NOREPLACE = 1;

  private static final ThreadLocal<DescriptorLink> LINK =
      ThreadLocal.withInitial(DescriptorLink::new);

  private Names() {}

  /**
   * Moves what is at {@code name}, whatever that is by now.
   *
   * @throws ErrnoException {@code EEXIST} if there is something at {@code newName}, {@code EXDEV}
   *     if it is on another file system or another mount
   */
  public static void move(Directory from, byte[] name, Directory to, byte[] newName)
      throws ErrnoException {
    NativeBuffer target = NativeBuffer.cString(newName);
    int failed =
        NameLib.renameat2(
            from.fd().number(),
            PathBuffer.address(name),
            to.fd().number(),
            target.address(),
            RENAME_NOREPLACE);
    Reference.reachabilityFence(target);
    orThrow("renameat2", failed);
  }

  /**
   * Opens a new file without a name and without any permission on the file system of {@code
   * directory}, for reading and writing. It is gone when it is closed, unless it got a name.
   *
   * @throws ErrnoException {@code EOPNOTSUPP} where the file system has no such files
   */
  public static Fd createUnnamed(Directory directory) throws ErrnoException {
    int flags = OpenFlags.O_RDWR | OpenFlags.O_TMPFILE | OpenFlags.O_CLOEXEC;
    byte[] self = {'.'};
    return Fd.orThrow(
        "open", NameLib.openat(directory.fd().number(), PathBuffer.address(self), flags, 0));
  }

  /**
   * Gives the file of {@link #createUnnamed} its name.
   *
   * @throws ErrnoException {@code EEXIST} if there is something
   */
  public static void name(Fd file, Directory directory, byte[] name) throws ErrnoException {
    // By way of procfs: with an empty path the call needs one capability more.
    int failed =
        NameLib.linkat(
            OpenFlags.AT_FDCWD,
            LINK.get().address(file.number()),
            directory.fd().number(),
            PathBuffer.address(name),
            AT_SYMLINK_FOLLOW);
    orThrow("linkat", failed);
  }

  /** Makes a directory; the umask does what it does to {@code mode}. */
  public static void makeDirectory(Directory in, byte[] name, int mode) throws ErrnoException {
    orThrow("mkdir", NameLib.mkdirat(in.fd().number(), PathBuffer.address(name), mode));
  }

  /** Removes what is at {@code name} and is no directory, whatever it is by now. */
  public static void remove(Directory from, byte[] name) throws ErrnoException {
    orThrow("unlink", NameLib.unlinkat(from.fd().number(), PathBuffer.address(name), 0));
  }

  /** Removes the directory {@code name}, which is empty. */
  public static void removeDirectory(Directory from, byte[] name) throws ErrnoException {
    orThrow("rmdir", NameLib.unlinkat(from.fd().number(), PathBuffer.address(name), AT_REMOVEDIR));
  }

  private static void orThrow(String call, int failed) throws ErrnoException {
    if (failed < 0) {
      throw ErrnoException.last(call);
    }
  }
}
