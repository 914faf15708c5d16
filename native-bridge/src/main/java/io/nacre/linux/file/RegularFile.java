package io.nacre.linux.file;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.PathBuffer;
import java.util.function.Predicate;

/** A look-up of a regular file without opening it: no event is raised, and no lease broken. */
public final class RegularFile {
  private static final int FLAGS = OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
  private static final OpenHow WITHOUT_LINKS = new OpenHow(FLAGS, 0);
  private static final ThreadLocal<Statx> STATX = ThreadLocal.withInitial(Statx::new);

  private RegularFile() {}

  /**
   * Finds the file at {@code path}, which is absolute, if it is the one that is wanted. No symbolic
   * link is followed anywhere in the path. A FUSE or network file system may take any time to
   * answer.
   *
   * @param isWanted tests a regular file
   * @return a descriptor of O_PATH for {@link Directory#openForReading}
   * @throws ErrnoException {@code ESTALE} if it is another file, or no regular one; {@code ELOOP}
   *     if a symbolic link leads there
   */
  public static Fd find(byte[] path, Predicate<Statx> isWanted) throws ErrnoException {
    int opened = WITHOUT_LINKS.open(OpenFlags.AT_FDCWD, PathBuffer.address(path));
    if (opened < 0 && Directory.isRefusedByFilter()) {
      opened = FileLib.openat(OpenFlags.AT_FDCWD, PathBuffer.address(path), FLAGS);
    }
    Fd found = Fd.orThrow("openat2", opened);
    boolean isIt = false;
    try {
      Statx statx = STATX.get().read(found.number());
      isIt = statx.isRegular() && isWanted.test(statx);
    } finally {
      if (!isIt) {
        found.close();
      }
    }
    if (!isIt) {
      throw new ErrnoException("openat2", Errno.ESTALE);
    }
    return found;
  }
}
