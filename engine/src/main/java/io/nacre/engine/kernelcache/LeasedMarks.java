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
 * The ignore marks on files whoever can write them: each as long as a read lease is held, so that
 * whoever opens the file for writing, and be it root, waits until its mark is gone. Belongs to one
 * thread.
 *
 * <p>The lease comes first: the kernel gives it only if nobody can write, and nobody can from then
 * on. Then the file must still be the one that is clean; then the mark is set.
 */
final class LeasedMarks implements AutoCloseable {
  /** What is deleted keeps its room on the disk, and what is unmounted stays, no longer. */
  private static final long OLD_NANOS = 600_000_000_000L;

  /** Younger ones do not make room for others. */
  private static final long YOUNG_NANOS = 10_000_000_000L;

  private record Held(FileId id, Fd file, FileVersion version, long sinceNanos) {}

  private final KernelCache.Setup setup;
  private final KernelCacheCounts counts;
  private final LeaseBreaks breaks;
  private final Eligibility eligibility = new Eligibility(device -> Optional.empty());
  private final Statx statx = new Statx();
  private final Map<FileId, Held> held = new LinkedHashMap<>(); // the oldest first
  private final Map<Integer, Held> byDescriptor = new HashMap<>();

  private LeasedMarks(KernelCache.Setup setup, KernelCacheCounts counts, LeaseBreaks breaks) {
    this.setup = setup;
    this.counts = counts;
    this.breaks = breaks;
  }

  /** Opens what holds leases for the calling thread, which alone may use it. */
  static LeasedMarks open(KernelCache.Setup setup, KernelCacheCounts counts) throws ErrnoException {
    return new LeasedMarks(setup, counts, LeaseBreaks.open());
  }

  /**
   * Leases and marks the file of {@code candidate}, and keeps its descriptor; or returns why it
   * does not, and leaves it to be closed by the caller.
   */
  Optional<Refusal> add(MarkCandidate candidate) throws ErrnoException {
    FileId id = FileId.of(candidate.facts().version());
    Held known = held.get(id);
    if (known != null) {
      giveBack(known, Removal.MADE_ROOM); // its mark was lost, or there would be no candidate
    }
    if (held.size() >= setup.config().leases() && !makeRoom()) {
      return Optional.of(Refusal.FULL);
    }
    Optional<Refusal> refusal;
    try {
      refusal = lease(candidate);
    } catch (ErrnoException e) {
      refusal = Optional.of(Refusal.KERNEL);
    }
    if (refusal.isPresent()) {
      setup.group().clearIgnoreMark(setup.opens(), candidate.file());
      release(candidate.file());
      return refusal;
    }
    Held now =
        new Held(id, candidate.file(), candidate.facts().version(), setup.nanoClock().getAsLong());
    held.put(id, now);
    byDescriptor.put(now.file().number(), now);
    return Optional.empty();
  }

  private Optional<Refusal> lease(MarkCandidate candidate) throws ErrnoException {
    Optional<Refusal> place = eligibility.refusalOfPlace(statx.read(candidate.file().number()));
    if (place.isPresent()) {
      return place;
    }
    if (!breaks.tryRead(candidate.file())) {
      return Optional.of(Refusal.WRITER);
    }
    FileVersion clean = candidate.facts().version();
    boolean isClean =
        FileVersion.of(statx.read(candidate.file().number())).equals(clean)
            && setup.isClean().test(clean);
    if (!isClean) {
      return Optional.of(Refusal.CHANGED);
    }
    setup.group().setIgnoreMarkUntilModified(setup.opens(), candidate.file());
    return Lease.isHeld(candidate.file()) ? Optional.empty() : Optional.of(Refusal.WRITER);
  }

  private boolean makeRoom() throws ErrnoException {
    Iterator<Held> oldest = held.values().iterator();
    if (!oldest.hasNext()) {
      return false;
    }
    Held out = oldest.next();
    if (setup.nanoClock().getAsLong() - out.sinceNanos() < YOUNG_NANOS) {
      return false;
    }
    giveBack(out, Removal.MADE_ROOM);
    return true;
  }

  /** Lets those write who wait for it. */
  void readBreaks() throws ErrnoException {
    for (int fd = breaks.next(); fd >= 0; fd = breaks.next()) {
      Held broken = byDescriptor.get(fd);
      if (broken != null && !Lease.isHeld(broken.file())) {
        giveBack(broken, Removal.LEASE_BROKEN);
      }
    }
  }

  /** Looks after each: a signal may have been lost, and none tells that a file was deleted. */
  void look() throws ErrnoException {
    long now = setup.nanoClock().getAsLong();
    for (Held each : List.copyOf(held.values())) {
      if (!Lease.isHeld(each.file())) {
        giveBack(each, Removal.LEASE_BROKEN);
      } else if (now - each.sinceNanos() > OLD_NANOS) {
        giveBack(each, Removal.LEASE_OLD);
      } else if (statx.read(each.file().number()).links() == 0) {
        giveBack(each, Removal.LEASE_UNLINKED);
      }
    }
  }

  /** Gives every lease back. */
  void forget(Removal reason) throws ErrnoException {
    for (Held each : List.copyOf(held.values())) {
      giveBack(each, reason);
    }
  }

  private void giveBack(Held out, Removal reason) throws ErrnoException {
    held.remove(out.id());
    byDescriptor.remove(out.file().number());
    if (reason == Removal.LEASE_BROKEN) {
      setup.changed().accept(out.version()); // no event told that he opens it
    }
    setup.group().clearIgnoreMark(setup.opens(), out.file());
    counts.addRemoved(reason, 1);
    release(out.file());
    out.file().close();
  }

  /** Last of all, since then whoever waits can write. */
  private static void release(Fd file) {
    try {
      Lease.release(file);
    } catch (ErrnoException e) {
      // There was none; or it goes with the descriptor.
    }
  }

  /** Returns how many are held. */
  int size() {
    return held.size();
  }

  /** Returns whether one is held on the file {@code version} is one of. */
  boolean hold(FileVersion version) {
    return held.containsKey(FileId.of(version));
  }

  /** Returns what becomes readable when somebody waits to write. */
  Fd fd() {
    return breaks.fd();
  }

  /** Gives every lease back; the marks go with their group. */
  @Override
  public void close() {
    held.values().forEach(each -> each.file().close());
    breaks.close();
  }
}
