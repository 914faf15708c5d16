package io.nacre.engine.kernelcache;

import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.FanotifyNames;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.FileHandle;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The ignore marks without a lease, on clean files that only root can write. Belongs to one thread.
 *
 * <p>A mark is set in the one order that leaves no gap. The guard is set first, and reports each
 * process that may write from then on. The mark is set second. Then a check follows: no process can
 * write, the file is still the clean version, and only root may write it. The check finds the
 * changes before it, and the guard reports the changes after it.
 *
 * <p>Marks are removed one by one, by the handles of their files: flushing all marks would also
 * remove the marks that protect directories.
 */
final class GuardedMarks implements AutoCloseable {
  private static final int GUARDS = 64;
  private static final int LEAST_GUARDS = 4;

  private final KernelCache.Setup setup;
  private final Eligibility eligibility;
  private final int room;
  private final Statx statx = new Statx();
  private final Deque<ChangeGuard> guards = new ArrayDeque<>(); // the oldest first
  private final MarkRemover remover;
  private final RetiredGuards retired;

  /** Whether the descriptors to wait for have changed. */
  private boolean isRearranged;

  GuardedMarks(
      KernelCache.Setup setup, KernelCacheCounts counts, LongFunction<Optional<Refusal>> ofDevice) {
    this.setup = setup;
    this.eligibility = new Eligibility(ofDevice);
    this.room = Math.min(ChangeGuard.ROOM, setup.config().marks() / LEAST_GUARDS);
    this.remover = new MarkRemover(setup, counts);
    this.retired = new RetiredGuards(remover, setup.nanoClock());
  }

  /** Marks the file of {@code candidate}, or returns the reason not to. */
  Optional<Refusal> add(MarkCandidate candidate) throws ErrnoException {
    Optional<Refusal> refusal = check(candidate);
    return refusal.isPresent() ? refusal : mark(candidate);
  }

  private Optional<Refusal> mark(MarkCandidate candidate) throws ErrnoException {
    Optional<ChangeGuard> guard = guardFor(candidate);
    if (guard.isEmpty()) {
      return Optional.of(Refusal.NO_GUARD);
    }
    Optional<Refusal> refusal;
    try {
      setup.group().setIgnoreMarkUntilModified(setup.opens(), candidate.file());
      refusal = check(candidate);
    } catch (ErrnoException e) {
      refusal = Optional.of(Refusal.KERNEL_ERROR);
    }
    if (refusal.isPresent()) {
      setup.group().clearIgnoreMark(setup.opens(), candidate.file());
      guard.get().remove(candidate.file(), /* isPath= */ false);
    }
    return refusal;
  }

  /** Checks all conditions of a mark; the absence of writers comes first. */
  private Optional<Refusal> check(MarkCandidate candidate) {
    int fd = candidate.file().number();
    FileVersion clean = candidate.facts().version();
    try {
      if (setup.writers().hasWriter(fd)) {
        return Optional.of(Refusal.HAS_WRITER);
      }
      statx.read(fd);
      return FileVersion.of(statx).equals(clean) && setup.clean().contains(clean)
          ? eligibility.refusal(fd, statx)
          : Optional.of(Refusal.CHANGED);
    } catch (ErrnoException e) {
      return Optional.of(Refusal.KERNEL_ERROR);
    }
  }

  /**
   * Returns the guard that watches the file of {@code candidate} from now on; nothing if the kernel
   * sets none.
   */
  private Optional<ChangeGuard> guardFor(MarkCandidate candidate) {
    FileFacts facts = candidate.facts();
    long device = facts.version().device();
    ChangeGuard guard = null;
    for (ChangeGuard each : guards) {
      guard = each.hasRoomOn(device) ? each : guard;
    }
    try {
      if (guard == null) {
        makeRoom();
        guard = ChangeGuard.open(device, room, eligibility.hasTimes(facts.mountId()));
        guards.add(guard);
        isRearranged = true;
      }
      guard.add(candidate.file(), facts.mountId());
      return Optional.of(guard);
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }

  /** Retires the oldest guards until there is room; the file systems of the others are in use. */
  private void makeRoom() {
    while (!guards.isEmpty()
        && (guards.size() + retired.size() >= GUARDS || marks() + room > setup.config().marks())) {
      retire(guards.remove(), Removal.EVICTED);
    }
  }

  /** Removes the marks of files that changed, or may have changed. */
  void readEvents() throws ErrnoException {
    for (ChangeGuard guard : List.copyOf(guards)) {
      while (guards.contains(guard) && guard.read()) {
        removeChanged(guard);
      }
    }
  }

  private void removeChanged(ChangeGuard guard) throws ErrnoException {
    FanotifyNames events = guard.events();
    try (Directory mount = guard.openMount()) {
      while (events.next()) {
        if (events.isOverflow()) {
          setup.clean().invalidateAll();
          clear(Removal.CHANGES_MISSED);
          return;
        }
        boolean isWritten = (events.mask() & FanotifyMask.FAN_CLOSE_WRITE) != 0;
        while (events.nextFile()) {
          FileHandle file = new FileHandle(events.handleType(), events.handle());
          Removal reason = isWritten ? Removal.WRITTEN : Removal.ATTRIBUTES_CHANGED;
          if (!remover.remove(mount, file, guard, reason)) {
            retireUnreachable(guard);
            return;
          }
        }
      }
    } catch (ErrnoException e) {
      MarkRemover.throwIfFatal(e);
      retireUnreachable(guard); // until its file system is mounted again, or is gone for good
    }
  }

  private void retireUnreachable(ChangeGuard guard) {
    if (guards.remove(guard)) {
      retire(guard, Removal.CHANGES_MISSED);
    }
  }

  private void retire(ChangeGuard guard, Removal reason) {
    retired.add(guard, reason);
    isRearranged = true;
  }

  /** Retires all guards, so that {@link #removeSome} removes all marks. */
  void clear(Removal reason) {
    while (!guards.isEmpty()) {
      retire(guards.remove(), reason);
    }
  }

  /** Removes some of the marks of retired guards; returns true if more can be removed at once. */
  boolean removeSome() throws IOException {
    return retired.removeSome();
  }

  /** Returns the number of marked files, including those whose marks the kernel has dropped. */
  long marks() {
    long marks = 0;
    for (ChangeGuard guard : guards) {
      marks += guard.marks();
    }
    return marks;
  }

  /**
   * Returns the number of retired guards, whose marks remain until their file systems are reached.
   */
  int unreachable() {
    return retired.size();
  }

  /** Returns whether {@link #fds} has changed since the last call of this. */
  boolean isRearranged() {
    boolean was = isRearranged;
    isRearranged = false;
    return was;
  }

  /** Returns the descriptors that become readable when files have changed. */
  List<Fd> fds() {
    List<Fd> fds = new ArrayList<>();
    guards.forEach(guard -> fds.add(guard.fd()));
    return fds;
  }

  /** Closes the guards; the kernel removes the marks with their group. */
  @Override
  public void close() {
    guards.forEach(ChangeGuard::close);
    retired.close();
  }
}
