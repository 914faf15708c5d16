package io.nacre.engine.intake;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Statx;
import io.nacre.linux.process.ProcFs;
import java.util.OptionalInt;

/**
 * The facts of one event at a time, read from the kernel and kept until the next event.
 *
 * <p>Belongs to one reader thread. Opens nothing but files of procfs, which cannot be marked, and
 * looks up no path, which could wait for a FUSE daemon that waits for us.
 */
final class KernelFacts implements EventFacts {
  private final OwnMounts ownMounts;
  private final CleanCache clean;
  private final Statx statx = new Statx();
  private final DescriptorPath descriptorPath = new DescriptorPath();
  private final ProcFs procFs = new ProcFs();

  private int pid;
  private int fd;
  private boolean hasStatx;
  private FileFacts file = FileFacts.UNKNOWN;
  private boolean hasUser;
  private OptionalInt user = OptionalInt.empty();

  /**
   * Facts in which paths through {@code ownMounts} are reliable, and {@code clean} is the cache.
   */
  KernelFacts(OwnMounts ownMounts, CleanCache clean) {
    this.ownMounts = ownMounts;
    this.clean = clean;
  }

  /** Turns to the event of process {@code pid} with descriptor {@code fd}. */
  KernelFacts of(int pid, int fd) {
    this.pid = pid;
    this.fd = fd;
    this.hasUser = false;
    this.file = FileFacts.UNKNOWN;
    try {
      statx.read(fd);
      hasStatx = true;
    } catch (ErrnoException e) {
      hasStatx = false;
    }
    return this;
  }

  @Override
  public int pid() {
    return pid;
  }

  /** An unknown file counts as regular, so that it is scanned. */
  @Override
  public boolean isRegular() {
    return !hasStatx || statx.isRegular();
  }

  /** An unknown file is neither empty nor too big, so that it is scanned. */
  @Override
  public long size() {
    return hasStatx ? statx.size() : 1;
  }

  @Override
  public boolean isCachedClean() {
    FileFacts now = file();
    return now.isKnown() && clean.isClean(fd, now.version(), now.mountId());
  }

  /** Returns the unique number of the mount the file was opened through, or -1. */
  long mountId() {
    return hasStatx ? statx.uniqueMountId() : -1;
  }

  /** Returns what the kernel said of the file, or {@link FileFacts#UNKNOWN}. */
  FileFacts file() {
    if (hasStatx && !file.isKnown()) {
      file = FileFacts.of(statx);
    }
    return file;
  }

  @Override
  public boolean hasReliablePath() {
    return hasStatx && statx.links() == 1 && ownMounts.contains(statx.mountId());
  }

  @Override
  public int path(byte[] path) {
    try {
      descriptorPath.read(fd);
    } catch (ErrnoException e) {
      return -1;
    }
    descriptorPath.copyTo(path);
    return descriptorPath.length();
  }

  @Override
  public OptionalInt user() {
    if (!hasUser) {
      user = procFs.effectiveUser(pid);
      hasUser = true;
    }
    return user;
  }

  @Override
  public int program(byte[] program) {
    return procFs.program(pid, program);
  }

  @Override
  public OptionalInt parent() {
    return procFs.parent(pid);
  }

  @Override
  public boolean isInOurPidNamespace() {
    return procFs.isInOurPidNamespace(pid);
  }
}
