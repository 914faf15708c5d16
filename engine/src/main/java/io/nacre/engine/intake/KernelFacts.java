package io.nacre.engine.intake;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Statx;
import io.nacre.linux.process.ProcFs;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The facts of one event at a time, asked of the kernel and kept until the next event.
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
  private boolean known;
  private Optional<FileFacts> file = Optional.empty();
  private Optional<OptionalInt> user = Optional.empty();

  /** Facts that believe in paths through {@code ownMounts}, and in what {@code clean} knows. */
  KernelFacts(OwnMounts ownMounts, CleanCache clean) {
    this.ownMounts = ownMounts;
    this.clean = clean;
  }

  /** Turns to the event of process {@code pid} with descriptor {@code fd}. */
  KernelFacts of(int pid, int fd) {
    this.pid = pid;
    this.fd = fd;
    this.user = Optional.empty();
    this.file = Optional.empty();
    try {
      statx.read(fd);
      known = true;
    } catch (ErrnoException e) {
      known = false;
    }
    return this;
  }

  @Override
  public int pid() {
    return pid;
  }

  /** A file that cannot be looked at counts as regular, so that it is scanned. */
  @Override
  public boolean isRegular() {
    return !known || statx.isRegular();
  }

  /** A file that cannot be looked at is neither empty nor too big, so that it is scanned. */
  @Override
  public long size() {
    return known ? statx.size() : 1;
  }

  @Override
  public boolean isCachedClean() {
    Optional<FileFacts> now = file();
    return now.isPresent() && clean.isClean(fd, now.get().version(), now.get().mountId());
  }

  /** Returns the unique number of the mount the file was opened through, or -1. */
  long mountId() {
    return known ? statx.uniqueMountId() : -1;
  }

  /** Returns what is to be handed on of the file, or nothing if it cannot be looked at. */
  Optional<FileFacts> file() {
    if (file.isEmpty() && known) {
      file = Optional.of(FileFacts.of(statx));
    }
    return file;
  }

  @Override
  public boolean hasOnePlace() {
    return known && statx.links() == 1 && ownMounts.contains(statx.mountId());
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
    if (user.isEmpty()) {
      user = Optional.of(procFs.effectiveUser(pid));
    }
    return user.get();
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
