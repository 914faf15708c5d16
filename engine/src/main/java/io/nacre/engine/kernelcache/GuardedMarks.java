package io.nacre.engine.kernelcache;

import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.Errno;
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
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The ignore marks without a lease, on files that only root can write. Belongs to one thread.
 *
 * <p>A mark is set in the one order that leaves no gap: first the guard, which tells of whoever may
 * write from then on; then the mark; then a look whether somebody can write, whether the file is
 * still the one that is clean, and whether nobody but root may write it. What happened before that
 * look is seen by it, and what happens after it is told by the guard.
 *
 * <p>Marks are taken off one by one, by the handles of their files: to flush all marks would take
 * those along by which directories are protected.
 */
final class GuardedMarks implements AutoCloseable {
  private static final int GUARDS = 64;
  private static final int LEAST_GUARDS = 4;
  private static final int REMOVALS_A_STEP = 256;
  private static final long PATIENCE_NANOS = 1_000_000_000;

  /** A guard whose files are to lose their marks. */
  private static final class Retired {
    private final ChangeGuard guard;
    private final Removal reason;
    private Optional<Iterator<FileHandle>> files = Optional.empty();
    private long dueNanos;

    Retired(ChangeGuard guard, Removal reason, long nowNanos) {
      this.guard = guard;
      this.reason = reason;
      this.dueNanos = nowNanos;
    }
  }

  private final KernelCache.Setup setup;
  private final KernelCacheCounts counts;
  private final Eligibility eligibility;
  private final int room;
  private final Statx statx = new Statx();
  private final Deque<ChangeGuard> guards = new ArrayDeque<>(); // the oldest first
  private final Deque<Retired> retired = new ArrayDeque<>();

  /** Whether the descriptors to wait for have changed. */
  private boolean isRearranged;

  GuardedMarks(
      KernelCache.Setup setup, KernelCacheCounts counts, LongFunction<Optional<Refusal>> ofDevice) {
    this.setup = setup;
    this.counts = counts;
    this.eligibility = new Eligibility(ofDevice);
    this.room = Math.min(ChangeGuard.ROOM, setup.config().marks() / LEAST_GUARDS);
  }

  /** Marks the file of {@code candidate}, or returns why it does not. */
  Optional<Refusal> add(MarkCandidate candidate) throws ErrnoException {
    Optional<Refusal> refusal = refusal(candidate);
    return refusal.isPresent() ? refusal : mark(candidate);
  }

  private Optional<Refusal> mark(MarkCandidate candidate) throws ErrnoException {
    Optional<ChangeGuard> guard = guardFor(candidate);
    if (guard.isEmpty()) {
      return Optional.of(Refusal.UNGUARDED);
    }
    Optional<Refusal> refusal;
    try {
      setup.group().setIgnoreMarkUntilModified(setup.opens(), candidate.file());
      refusal = refusal(candidate);
    } catch (ErrnoException e) {
      refusal = Optional.of(Refusal.KERNEL);
    }
    if (refusal.isPresent()) {
      setup.group().clearIgnoreMark(setup.opens(), candidate.file());
      guard.get().remove(candidate.file(), false);
    }
    return refusal;
  }

  /** Looks at everything that must hold, those who can write first. */
  private Optional<Refusal> refusal(MarkCandidate candidate) {
    int fd = candidate.file().number();
    FileVersion clean = candidate.facts().version();
    try {
      if (setup.writers().hasWriter(fd)) {
        return Optional.of(Refusal.WRITER);
      }
      statx.read(fd);
      return FileVersion.of(statx).equals(clean) && setup.isClean().test(clean)
          ? eligibility.refusal(fd, statx)
          : Optional.of(Refusal.CHANGED);
    } catch (ErrnoException e) {
      return Optional.of(Refusal.KERNEL);
    }
  }

  /** Returns the guard that has the file of {@code candidate} from now on. */
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

  /** The oldest go: the file systems of the others are those that are in use. */
  private void makeRoom() {
    while (!guards.isEmpty()
        && (guards.size() + retired.size() >= GUARDS || marks() + room > setup.config().marks())) {
      retire(guards.remove(), Removal.MADE_ROOM);
    }
  }

  /** Takes the marks off whose files changed, or may have. */
  void readEvents() throws ErrnoException {
    for (ChangeGuard guard : List.copyOf(guards)) {
      while (guards.contains(guard) && guard.read()) {
        takeOff(guard);
      }
    }
  }

  private void takeOff(ChangeGuard guard) throws ErrnoException {
    FanotifyNames events = guard.events();
    try (Directory mount = guard.openMount()) {
      while (events.next()) {
        if (events.isOverflow()) {
          setup.unknown().run();
          forget(Removal.UNTOLD);
          return;
        }
        boolean isWritten = (events.mask() & FanotifyMask.FAN_CLOSE_WRITE) != 0;
        while (events.nextFile()) {
          FileHandle file = new FileHandle(events.handleType(), events.handle());
          Removal reason = isWritten ? Removal.WRITTEN : Removal.ATTRIBUTES;
          if (!takeOff(mount, file, guard, reason, /* isRetired= */ false)) {
            retire(guard);
            return;
          }
        }
      }
    } catch (ErrnoException e) {
      throwIfFatal(e);
      retire(guard); // until its file system is mounted again, or gone for good
    }
  }

  private void retire(ChangeGuard guard) {
    if (guards.remove(guard)) {
      retire(guard, Removal.UNTOLD);
    }
  }

  /**
   * Takes the mark of one file off.
   *
   * @param isRetired whether the guard goes as well, and its marks with it
   * @return false if it is not known whether there is such a file
   */
  private boolean takeOff(
      Directory mount, FileHandle file, ChangeGuard guard, Removal reason, boolean isRetired)
      throws ErrnoException {
    try (Fd path = mount.findByHandle(file.type(), file.bytes())) {
      if (!isRetired || !guard.hasTimes()) {
        tellChanged(path); // also what root may have mapped, if nothing tells when he is done
      }
      if (setup.group().clearIgnoreMarkAtPath(setup.opens(), path)) {
        counts.addRemoved(reason, 1);
      }
      if (!isRetired) {
        guard.remove(path, true);
      }
      return true;
    } catch (ErrnoException e) {
      return isGone(e);
    }
  }

  /** Before the mark is gone, and somebody can ask whether the file is clean. */
  private void tellChanged(Fd path) throws ErrnoException {
    setup.changed().accept(FileVersion.of(statx.read(path.number())));
  }

  /** Returns whether the file was deleted, and its marks went. */
  private static boolean isGone(ErrnoException e) throws ErrnoException {
    throwIfFatal(e);
    return e.errno() == Errno.ESTALE;
  }

  /** A mark that cannot be taken off would hide what is written. */
  private static void throwIfFatal(ErrnoException e) throws ErrnoException {
    if (e.call().equals("fanotify_mark")) {
      throw e;
    }
  }

  /** Has all marks taken off, by {@link #clearSome}. */
  void forget(Removal reason) {
    while (!guards.isEmpty()) {
      retire(guards.remove(), reason);
    }
  }

  private void retire(ChangeGuard guard, Removal reason) {
    retired.add(new Retired(guard, reason, setup.nanoClock().getAsLong()));
    isRearranged = true;
  }

  /** Takes some of the marks off that have to go; returns true if there is more to do at once. */
  boolean clearSome() throws IOException {
    Optional<Retired> next = due();
    if (next.isEmpty()) {
      return false;
    }
    Retired clearing = next.get();
    if (clearing.files.isEmpty()) {
      clearing.files = Optional.of(clearing.guard.files());
    }
    Iterator<FileHandle> files = clearing.files.get();
    if (!clear(clearing.guard, files, clearing.reason)) {
      clearing.files = Optional.empty();
      clearing.dueNanos = setup.nanoClock().getAsLong() + PATIENCE_NANOS;
    } else if (!files.hasNext()) {
      retired.remove(clearing);
      clearing.guard.close();
    }
    return due().isPresent();
  }

  private Optional<Retired> due() {
    long now = setup.nanoClock().getAsLong();
    return retired.stream().filter(each -> each.dueNanos - now <= 0).findFirst();
  }

  /** Returns false if a file cannot be found now: it is to be looked for later. */
  private boolean clear(ChangeGuard guard, Iterator<FileHandle> files, Removal reason)
      throws ErrnoException {
    if (!files.hasNext()) {
      return true;
    }
    try (Directory mount = guard.openMount()) {
      for (int i = 0; i < REMOVALS_A_STEP && files.hasNext(); i++) {
        if (!takeOff(mount, files.next(), guard, reason, /* isRetired= */ true)) {
          return false;
        }
      }
      return true;
    } catch (ErrnoException e) {
      throwIfFatal(e);
      return false;
    }
  }

  /** Returns how many files are marked, those included that the kernel has dropped. */
  long marks() {
    long marks = 0;
    for (ChangeGuard guard : guards) {
      marks += guard.marks();
    }
    return marks;
  }

  /** Returns how many guards wait for a mount through which their files can be found. */
  int postponed() {
    return retired.size();
  }

  /** Returns whether {@link #fds} are others than those of the last call of this. */
  boolean isRearranged() {
    boolean was = isRearranged;
    isRearranged = false;
    return was;
  }

  /** Returns what becomes readable when marks have to go. */
  List<Fd> fds() {
    List<Fd> fds = new ArrayList<>();
    guards.forEach(guard -> fds.add(guard.fd()));
    return fds;
  }

  /** Leaves the marks: they go with their group. */
  @Override
  public void close() {
    guards.forEach(ChangeGuard::close);
    retired.forEach(each -> each.guard.close());
  }
}
