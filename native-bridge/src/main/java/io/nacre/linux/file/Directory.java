package io.nacre.linux.file;

import io.nacre.linux.DescriptorLink;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.PathBuffer;
import java.lang.ref.Reference;
import java.util.Optional;

/**
 * An open directory: listed and walked by descriptor, so that no path is looked up twice and no
 * symbolic link is followed.
 */
public final class Directory implements AutoCloseable {
  private static final int FLAGS =
      OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC | OpenFlags.O_NONBLOCK;
  private static final int READ_WITHOUT_WAITING =
      OpenFlags.O_RDONLY
          | OpenFlags.O_NONBLOCK // fails, and does not wait, if another process has a lease
          | OpenFlags.O_NOATIME
          | OpenFlags.O_LARGEFILE
          | OpenFlags.O_CLOEXEC;
  private static final int CHILD_FLAGS = FLAGS | OpenFlags.O_NOFOLLOW;

  private static final byte[] SELF = {'.'};

  private static final OpenHow WITHOUT_LINKS = new OpenHow(CHILD_FLAGS, 0);
  private static final OpenHow ON_SAME_MOUNT = new OpenHow(CHILD_FLAGS, OpenHow.RESOLVE_NO_XDEV);

  private static final ThreadLocal<DescriptorLink> LINK =
      ThreadLocal.withInitial(DescriptorLink::new);

  /** A handle of the greatest length, with its length and type. */
  private static final ThreadLocal<NativeBuffer> HANDLE =
      ThreadLocal.withInitial(() -> new NativeBuffer(8 + FileHandle.MAX_HANDLE_SZ));

  private static final ThreadLocal<Statx> STATX = ThreadLocal.withInitial(Statx::new);

  private final Fd fd;

  private Directory(Fd fd) {
    this.fd = fd;
  }

  /** Opens the directory at {@code path}, following symbolic links. */
  public static Directory open(byte[] path) throws ErrnoException {
    return open(OpenFlags.AT_FDCWD, path, FLAGS);
  }

  /**
   * Opens the directory at {@code path}, which is absolute, unless there is a symbolic link in it.
   *
   * @throws ErrnoException {@code ELOOP} if there is one
   */
  public static Directory openWithoutLinks(byte[] path) throws ErrnoException {
    int opened = WITHOUT_LINKS.open(OpenFlags.AT_FDCWD, PathBuffer.address(path));
    if (opened < 0 && isRefusedByFilter()) {
      return open(OpenFlags.AT_FDCWD, path, CHILD_FLAGS);
    }
    return new Directory(Fd.orThrow("openat2", opened));
  }

  /**
   * Opens the directory at {@code path}, which is absolute, unless there is a symbolic link in it
   * or it is on another mount.
   *
   * @param mountId the mount, of {@link Statx#uniqueMountId}
   * @throws ErrnoException {@code ELOOP} for a link, {@code EXDEV} on another mount
   */
  public static Directory openOnMount(byte[] path, long mountId) throws ErrnoException {
    Directory directory = openWithoutLinks(path);
    boolean isIt = false;
    try {
      isIt = STATX.get().read(directory.fd().number()).uniqueMountId() == mountId;
    } finally {
      if (!isIt) {
        directory.close();
      }
    }
    if (!isIt) {
      throw new ErrnoException("openat2", Errno.EXDEV);
    }
    return directory;
  }

  /**
   * Opens the directory {@code name} in this one.
   *
   * @throws ErrnoException {@code ENOTDIR} or {@code ELOOP} if it is something else by now
   */
  public Directory openChild(byte[] name) throws ErrnoException {
    return open(fd.number(), name, CHILD_FLAGS);
  }

  /**
   * Opens the directory {@code name} in this one, which may be further down, unless another file
   * system or a bind mount is mounted there or on the way.
   *
   * @throws ErrnoException {@code EXDEV} if something is mounted there, {@code ENOTDIR} or {@code
   *     ELOOP} if it is something else by now
   */
  public Directory openChildOnSameMount(byte[] name) throws ErrnoException {
    int opened = ON_SAME_MOUNT.open(fd.number(), PathBuffer.address(name));
    if (opened < 0) {
      if (isRefusedByFilter()) {
        return openChildAndCompareMounts(name);
      }
      throw ErrnoException.last("openat2");
    }
    return new Directory(new Fd(opened));
  }

  /** The system call filter of a container may refuse openat2(2). */
  static boolean isRefusedByFilter() {
    int errno = ErrnoException.lastErrno();
    return errno == Errno.ENOSYS || errno == Errno.EPERM;
  }

  /** Opens the child where openat2(2) is not available, and compares the mounts. */
  Directory openChildAndCompareMounts(byte[] name) throws ErrnoException {
    Directory child = openChild(name);
    try {
      if (child.mountId() != mountId()) {
        throw new ErrnoException("openat", Errno.EXDEV);
      }
      return child;
    } catch (ErrnoException e) {
      child.close();
      throw e;
    }
  }

  private long mountId() throws ErrnoException {
    return STATX.get().read(fd.number()).mountId();
  }

  /**
   * Reads the status of {@code name} in this directory, as {@link Statx#probe} does; valid until
   * this thread's next call.
   */
  public Statx probe(byte[] name) throws ErrnoException {
    return STATX.get().probe(fd.number(), PathBuffer.address(name));
  }

  /** Opens this directory again, to list it from the start. */
  public Directory reopen() throws ErrnoException {
    return openChild(SELF);
  }

  /** Opens the file {@code name} in this directory for reading, unless it is a symbolic link. */
  public Fd openFile(byte[] name) throws ErrnoException {
    int flags =
        OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW | OpenFlags.O_NONBLOCK | OpenFlags.O_CLOEXEC;
    return Fd.orThrow("openat", FileLib.openat(fd.number(), PathBuffer.address(name), flags));
  }

  /**
   * Finds the file {@code name} in this directory, if it is a regular file on the same mount: no
   * symbolic link, and no FIFO or device, whose opening has effects. Nothing is opened for that: no
   * event is raised, and no lease broken.
   *
   * @return a descriptor of O_PATH for {@link #openForReading}; nothing for another kind of file
   */
  public Optional<Fd> findRegularFile(byte[] name) throws ErrnoException {
    Fd path = find(name);
    boolean found = false;
    try {
      Statx statx = STATX.get().read(path.number());
      long mount = statx.mountId();
      found = statx.isRegular() && mount == STATX.get().read(fd.number()).mountId();
      return found ? Optional.of(path) : Optional.empty();
    } finally {
      if (!found) {
        path.close();
      }
    }
  }

  /**
   * Finds what is at {@code name} in this directory, whatever it is, without opening it.
   *
   * @return a descriptor of O_PATH: for {@link Statx#read}, and for {@link #openForReading} if it
   *     is a regular file
   */
  public Fd find(byte[] name) throws ErrnoException {
    int flags = OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
    return Fd.orThrow("openat", FileLib.openat(fd.number(), PathBuffer.address(name), flags));
  }

  /**
   * Opens the regular file that {@link #findRegularFile} found, which stays the caller's, for
   * reading. Waits for the answer to the event that this raises.
   */
  public static Fd openForReading(Fd path) throws ErrnoException {
    int opened =
        FileLib.openat(OpenFlags.AT_FDCWD, LINK.get().address(path.number()), READ_WITHOUT_WAITING);
    return Fd.orThrow("openat", opened);
  }

  /**
   * Opens the directory with the given file handle, wherever it is by now, on the file system of
   * this one.
   *
   * @throws ErrnoException {@code ESTALE} if it does not exist any more
   */
  public Directory openByHandle(int type, byte[] handle) throws ErrnoException {
    return new Directory(openByHandle(type, handle, FLAGS));
  }

  /**
   * Finds the file or directory with the given file handle, wherever it is by now, on the file
   * system of this directory. Nothing is opened for that: no event is raised, and no lease broken.
   *
   * @return a descriptor of O_PATH
   * @throws ErrnoException {@code ESTALE} if it does not exist any more
   */
  public Fd findByHandle(int type, byte[] handle) throws ErrnoException {
    return openByHandle(type, handle, OpenFlags.O_PATH | OpenFlags.O_CLOEXEC);
  }

  private Fd openByHandle(int type, byte[] handle, int flags) throws ErrnoException {
    /*
     * struct file_handle {              // offset
     *     unsigned int  handle_bytes;   //  0
     *     int           handle_type;    //  4
     *     unsigned char f_handle[];     //  8
     * };
     */
    NativeBuffer fileHandle = HANDLE.get();
    fileHandle.bytes().putInt(0, handle.length).putInt(4, type).put(8, handle);
    int opened = FileLib.open_by_handle_at(fd.number(), fileHandle.address(), flags);
    return Fd.orThrow("open_by_handle_at", opened);
  }

  private static Directory open(int dirfd, byte[] name, int flags) throws ErrnoException {
    int opened = FileLib.openat(dirfd, PathBuffer.address(name), flags);
    return new Directory(Fd.orThrow("openat", opened));
  }

  /** Returns the descriptor, for marks and watches. */
  public Fd fd() {
    return fd;
  }

  /**
   * Reads the next names into {@code buffer}.
   *
   * @return the number of bytes for {@link DirectoryEntries#over}, 0 at the end
   */
  public int list(NativeBuffer buffer) throws ErrnoException {
    long count = FileLib.getdents64(fd.number(), buffer.address(), buffer.capacity());
    Reference.reachabilityFence(buffer);
    if (count < 0) {
      throw ErrnoException.last("getdents64");
    }
    return (int) count;
  }

  @Override
  public void close() {
    fd.close();
  }
}
