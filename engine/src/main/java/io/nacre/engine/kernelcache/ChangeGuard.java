package io.nacre.engine.kernelcache;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.FanotifyNames;
import io.nacre.linux.fanotify.MarkInfo;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.FileHandle;
import io.nacre.linux.file.MountPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells when one of some files of one device may have got other writers, or was written: by a group
 * of its own, which has a mark on each of them.
 *
 * <p>It is also the list of the files that have an ignore mark, kept by the kernel: when an inode
 * leaves memory, both its marks go. Belongs to one thread.
 */
final class ChangeGuard implements AutoCloseable {
  /** The most files of one: reading its list takes the kernel 2 µs for each, and all at once. */
  static final int ROOM = 4096;

  private static final long EVENTS = FanotifyMask.FAN_ATTRIB | FanotifyMask.FAN_CLOSE_WRITE;
  private static final int BUFFER = 16 * 1024;

  /** The mounts through which files of a device are opened are few. */
  private static final int MOUNTS = 16;

  private final FanotifyGroup group;
  private final long device;
  private final NativeBuffer buffer;
  private final FanotifyNames events = new FanotifyNames();
  private final MountPoint mountPoint = new MountPoint();
  private final Set<Long> mounts = new LinkedHashSet<>();
  private final int room;
  private final boolean hasTimes;
  private int marks;

  private ChangeGuard(FanotifyGroup group, long device, int room, boolean hasTimes) {
    this.group = group;
    this.device = device;
    this.room = room;
    this.hasTimes = hasTimes;
    this.buffer = new NativeBuffer(BUFFER);
  }

  /**
   * Opens one for {@code room} files of {@code device}, as {@code Statx.device} has it.
   *
   * @param hasTimes whether their times tell of every change
   * @throws ErrnoException {@code EINVAL} on a kernel before 5.1, {@code EMFILE} with too many
   *     groups
   */
  static ChangeGuard open(long device, int room, boolean hasTimes) throws ErrnoException {
    return new ChangeGuard(FanotifyGroup.open(FanotifyGroup.Kind.HANDLES), device, room, hasTimes);
  }

  /** Returns whether it is for files of {@code other} and has room for one more. */
  boolean hasRoomOn(long other) {
    return device == other && marks < room;
  }

  /** Returns whether the times of its files tell of every change. */
  boolean hasTimes() {
    return hasTimes;
  }

  /** Returns how many files it has marked, those included that the kernel has dropped. */
  int marks() {
    return marks;
  }

  /** Tells of {@code file} from now on, which was opened through the mount {@code mountId}. */
  void add(Fd file, long mountId) throws ErrnoException {
    group.markEvictable(EVENTS, file);
    marks++;
    if (mounts.size() < MOUNTS) {
      mounts.add(mountId);
    }
  }

  /** Tells no more of {@code file}, which is only a path if {@code isPath}. */
  void remove(Fd file, boolean isPath) throws ErrnoException {
    try {
      if (isPath) {
        group.unmarkAtPath(EVENTS, file);
      } else {
        group.unmark(MarkType.INODE, EVENTS, file);
      }
      marks--;
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  /** Returns what becomes readable when there is something to tell. */
  Fd fd() {
    return group.fd();
  }

  /** Reads a buffer of what there is to tell; returns false if there is nothing. */
  boolean read() throws ErrnoException {
    int length = group.read(buffer);
    events.over(buffer.bytes(), length);
    return length > 0;
  }

  /** Returns what was read last. */
  FanotifyNames events() {
    return events;
  }

  /** Returns the files that still have their mark. */
  Iterator<FileHandle> files() throws IOException {
    List<FileHandle> files = new ArrayList<>();
    MarkInfo.forEach(group, mark -> files.add(new FileHandle(mark.handleType(), mark.handle())));
    return files.iterator();
  }

  /**
   * Opens a directory on the file system of the files, for their handles; to be closed soon, since
   * it keeps that from being unmounted.
   *
   * @throws ErrnoException if none of the mounts is ours any more
   */
  Directory openMount() throws ErrnoException {
    ErrnoException failure = new ErrnoException("statmount", Errno.ENOENT);
    for (long mount : mounts) {
      try {
        return mountPoint.open(mount);
      } catch (ErrnoException e) {
        failure = e;
      }
    }
    throw failure;
  }

  @Override
  public void close() {
    group.close();
  }
}
