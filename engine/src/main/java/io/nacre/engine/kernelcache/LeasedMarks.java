package io.nacre.engine.kernelcache;

import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Lease;
import io.nacre.linux.file.LeaseBreaks;
import io.nacre.linux.file.Statx;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ignore marks on clean files that any user may write. Each needs a read lease on its file. A
 * process that opens the file for writing, even one that root runs, waits until the mark is
 * removed. Belongs to one thread.
 *
 * <p>The lease comes first. The kernel grants it only if no process can write, and no process can
 * write from then on. Then the file must still be the clean version. Then the mark is set.
 */
final class LeasedMarks implements AutoCloseable {
  /**
   * The greatest age of a lease: it keeps the disk space of a deleted file, and a file system
   * mounted.
   */
  private static final long OLD_NANOS = 600_000_000_000L;

  /** The least age of a lease that makes room for another. */
  private static final long YOUNG_NANOS = 10_000_000_000L;

  private record Leased(FileId id, Fd file, FileVersion version, long sinceNanos) {}

  private final KernelCache.Setup setup;
  private final KernelCacheCounts counts;
  private final LeaseBreaks breaks;
  private final Eligibility eligibility = new Eligibility(device -> Optional.empty());
  private final Statx statx = new Statx();
  private final Map<FileId, Leased> leased = new LinkedHashMap<>(); // the oldest first
  private final Map<Integer, Leased> byDescriptor = new HashMap<>();

  private LeasedMarks(KernelCache.Setup setup, KernelCacheCounts counts, LeaseBreaks breaks) {
    this.setup = setup;
    this.counts = counts;
    this.breaks = breaks;
  }

  /** Opens the marks for the calling thread, the only one that may use them. */
  static LeasedMarks open(KernelCache.Setup setup, KernelCacheCounts counts) throws ErrnoException {
    return new LeasedMarks(setup, counts, LeaseBreaks.open());
  }

  /**
   * Leases and marks the file of {@code candidate}, and takes over its descriptor. If that fails,
   * returns the reason, and the caller still owns the descriptor.
   */
  Optional<Refusal> add(MarkCandidate candidate) throws ErrnoException {
    FileId id = FileId.of(candidate.facts().version());
    Leased before = leased.get(id);
    if (before != null) {
      giveBack(before, Removal.EVICTED); // it has no mark now, or its opens would raise no event
    }
    if (leased.size() >= setup.config().leases() && !makeRoom()) {
      return Optional.of(Refusal.NO_LEASE_LEFT);
    }
    Optional<Refusal> refusal;
    try {
      refusal = lease(candidate);
    } catch (ErrnoException e) {
      refusal = Optional.of(Refusal.KERNEL_ERROR);
    }
    if (refusal.isPresent()) {
      setup.group().clearIgnoreMark(setup.opens(), candidate.file());
      release(candidate.file());
      return refusal;
    }
    Leased now =
        new Leased(
            id, candidate.file(), candidate.facts().version(), setup.nanoClock().getAsLong());
    leased.put(id, now);
    byDescriptor.put(now.file().number(), now);
    return Optional.empty();
  }

  private Optional<Refusal> lease(MarkCandidate candidate) throws ErrnoException {
    Optional<Refusal> filesystem =
        eligibility.refusalOfFilesystem(statx.read(candidate.file().number()));
    if (filesystem.isPresent()) {
      return filesystem;
    }
    if (!breaks.tryRead(candidate.file())) {
      return Optional.of(Refusal.HAS_WRITER);
    }
    FileVersion clean = candidate.facts().version();
    boolean isClean =
        FileVersion.of(statx.read(candidate.file().number())).equals(clean)
            && setup.clean().contains(clean);
    if (!isClean) {
      return Optional.of(Refusal.CHANGED);
    }
    setup.group().setIgnoreMarkUntilModified(setup.opens(), candidate.file());
    return Lease.isHeld(candidate.file()) ? Optional.empty() : Optional.of(Refusal.HAS_WRITER);
  }

  private boolean makeRoom() throws ErrnoException {
    Iterator<Leased> oldest = leased.values().iterator();
    if (!oldest.hasNext()) {
      return false;
    }
    Leased out = oldest.next();
    if (setup.nanoClock().getAsLong() - out.sinceNanos() < YOUNG_NANOS) {
      return false;
    }
    giveBack(out, Removal.EVICTED);
    return true;
  }

  /** Gives back the leases that writers wait for. */
  void readBreaks() throws ErrnoException {
    for (int fd = breaks.next(); fd >= 0; fd = breaks.next()) {
      Leased broken = byDescriptor.get(fd);
      if (broken != null && !Lease.isHeld(broken.file())) {
        giveBack(broken, Removal.LEASE_BROKEN);
      }
    }
  }

  /** Checks each lease: a signal may have been lost, and no signal reports a deleted file. */
  void checkAll() throws ErrnoException {
    long now = setup.nanoClock().getAsLong();
    for (Leased each : List.copyOf(leased.values())) {
      if (!Lease.isHeld(each.file())) {
        giveBack(each, Removal.LEASE_BROKEN);
      } else if (now - each.sinceNanos() > OLD_NANOS) {
        giveBack(each, Removal.LEASE_EXPIRED);
      } else if (statx.read(each.file().number()).links() == 0) {
        giveBack(each, Removal.FILE_DELETED);
      }
    }
  }

  /** Removes every mark, and gives every lease back. */
  void clear(Removal reason) throws ErrnoException {
    for (Leased each : List.copyOf(leased.values())) {
      giveBack(each, reason);
    }
  }

  private void giveBack(Leased out, Removal reason) throws ErrnoException {
    leased.remove(out.id());
    byDescriptor.remove(out.file().number());
    if (reason == Removal.LEASE_BROKEN) {
      setup.clean().invalidate(out.version()); // the open of the writer raised no event
    }
    setup.group().clearIgnoreMark(setup.opens(), out.file());
    counts.addRemoved(reason, 1);
    release(out.file());
    out.file().close();
  }

  /** Releases a lease; the last step, since a waiting writer continues then. */
  private static void release(Fd file) {
    try {
      Lease.release(file);
    } catch (ErrnoException e) {
      // There is no lease, or the kernel releases it with the descriptor.
    }
  }

  /** Returns the number of leases. */
  int size() {
    return leased.size();
  }

  /** Returns whether the file of {@code version} is leased. */
  boolean contains(FileVersion version) {
    return leased.containsKey(FileId.of(version));
  }

  /** Returns the descriptor that becomes readable when a writer waits. */
  Fd fd() {
    return breaks.fd();
  }

  /** Gives every lease back; the kernel removes the marks with their group. */
  @Override
  public void close() {
    leased.values().forEach(each -> each.file().close());
    breaks.close();
  }
}
