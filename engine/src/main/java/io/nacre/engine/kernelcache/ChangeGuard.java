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
 * A fanotify group with a mark on each of some files of one device: it reports when one of them was
 * written, or when other users may write it.
 *
 * <p>It is also the list of the files that have an ignore mark. The kernel keeps it: when an inode
 * leaves memory, both its marks go. Belongs to one thread.
 */
final class ChangeGuard implements AutoCloseable {
  /** The most files of a guard: the kernel prints them all under one lock, 2 µs each. */
  static final int ROOM = 4096;

  private static final long EVENTS = FanotifyMask.FAN_ATTRIB | FanotifyMask.FAN_CLOSE_WRITE;
  private static final int BUFFER = 16 * 1024;

  /** The most mounts of a device that are remembered. */
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
   * Opens a guard for {@code room} files of {@code device}, as {@code Statx.device} has it.
   *
   * @param hasTimes whether the times of the files show every change
   * @throws ErrnoException {@code EINVAL} on a kernel before 5.1, {@code EMFILE} with too many
   *     groups
   */
  static ChangeGuard open(long device, int room, boolean hasTimes) throws ErrnoException {
    return new ChangeGuard(FanotifyGroup.open(FanotifyGroup.Kind.HANDLES), device, room, hasTimes);
  }

  /** Returns whether it is for files of {@code other}, and has room for one more. */
  boolean hasRoomOn(long other) {
    return device == other && marks < room;
  }

  /** Returns whether the times of its files show every change. */
  boolean hasTimes() {
    return hasTimes;
  }

  /** Returns the number of its files, including those that the kernel has dropped. */
  int marks() {
    return marks;
  }

  /** Reports changes of {@code file}, opened through the mount {@code mountId}, from now on. */
  void add(Fd file, long mountId) throws ErrnoException {
    group.markEvictable(EVENTS, file);
    marks++;
    if (mounts.size() < MOUNTS) {
      mounts.add(mountId);
    }
  }

  /** Reports {@code file} no more; {@code isPath} if it is a descriptor of O_PATH. */
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

  /** Returns the descriptor that becomes readable when there are events. */
  Fd fd() {
    return group.fd();
  }

  /** Reads a buffer of events; returns false if there is none. */
  boolean read() throws ErrnoException {
    int length = group.read(buffer);
    events.over(buffer.bytes(), length);
    return length > 0;
  }

  /** Returns the events that were read last. */
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
   * Opens a directory on the file system of the files, to find them by their handles. To be closed
   * soon, since an open directory keeps the file system from being unmounted.
   *
   * @throws ErrnoException if none of the mounts is in this namespace any more
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
