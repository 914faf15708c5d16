package io.nacre.linux.inotify;

import io.nacre.linux.DescriptorLink;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.PathBuffer;

/**
 * An inotify instance: the kernel's queue of changes in the directories we watch.
 *
 * <p>Watches may be added and removed from any thread; one thread reads.
 */
public final class Inotify implements AutoCloseable {
  private static final int IN_CLOEXEC = 02000000;
  private static final int IN_NONBLOCK = 04000;

  private static final ThreadLocal<DescriptorLink> LINK =
      ThreadLocal.withInitial(DescriptorLink::new);

  private final Fd fd;

  private Inotify(Fd fd) {
    this.fd = fd;
  }

  /** Opens an instance; {@code EMFILE} if {@code fs.inotify.max_user_instances} are in use. */
  public static Inotify open() throws ErrnoException {
    return new Inotify(
        Fd.orThrow("inotify_init1", InotifyLib.inotify_init1(IN_CLOEXEC | IN_NONBLOCK)));
  }

  /** Returns the descriptor to wait for. */
  public Fd fd() {
    return fd;
  }

  /**
   * Watches {@code path}.
   *
   * @return the wd; the same one again if this instance watches that inode already
   * @throws ErrnoException {@code ENOSPC} if {@code fs.inotify.max_user_watches} are in use
   */
  public int watch(byte[] path, int mask) throws ErrnoException {
    return watch(PathBuffer.address(path), mask);
  }

  /** Watches the directory that {@code directory} is open on, wherever it is by now. */
  public int watch(Fd directory, int mask) throws ErrnoException {
    // The link is followed to the very inode, so IN_DONT_FOLLOW must not be asked for.
    return watch(LINK.get().address(directory.number()), mask & ~InotifyMask.IN_DONT_FOLLOW);
  }

  private int watch(long path, int mask) throws ErrnoException {
    int wd = InotifyLib.inotify_add_watch(fd.number(), path, mask);
    if (wd < 0) {
      throw ErrnoException.last("inotify_add_watch");
    }
    return wd;
  }

  /** Ends the watch {@code wd}; an {@code IN_IGNORED} event follows. */
  public void unwatch(int wd) throws ErrnoException {
    if (InotifyLib.inotify_rm_watch(fd.number(), wd) < 0) {
      throw ErrnoException.last("inotify_rm_watch");
    }
  }

  /**
   * Reads as many whole events as fit into {@code buffer}, without waiting.
   *
   * @return the number of bytes for {@link InotifyEvents#over}, 0 if there is no event
   */
  public int read(NativeBuffer buffer) throws ErrnoException {
    return fd.read(buffer);
  }

  @Override
  public void close() {
    fd.close();
  }
}
