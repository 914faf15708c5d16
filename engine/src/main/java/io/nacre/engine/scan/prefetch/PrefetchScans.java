package io.nacre.engine.scan.prefetch;

import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.scan.lookup.LocalFileFinder;
import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The background scans of files that processes are expected to open, from the open of a file to the
 * use of its verdict.
 *
 * <p>{@link #scanNext} belongs to the prefetch thread; {@link #opened} is for any thread; the end
 * of a scan comes on the stream's thread.
 */
final class PrefetchScans {
  /** The most names of directories that are read for one process at a time. */
  private static final int NAMES = 512;

  private final Prefetcher.Setup setup;
  private final PrefetchCounts counts;
  private final LocalFileFinder files;
  private final PrefetchedFiles prefetched = new PrefetchedFiles();
  private final InFlightCount inFlight = new InFlightCount();
  private BackgroundSink background = scan -> false;
  private BooleanSupplier hasTime = () -> false;

  /** Scans of files that {@code files} finds; none before {@link #start}. */
  PrefetchScans(Prefetcher.Setup setup, LocalFileFinder files) {
    this.setup = setup;
    this.counts = setup.counts();
    this.files = files;
  }

  /**
   * Lets scans begin.
   *
   * @param background takes the scans
   * @param hasTime whether there are connections that no opener needs
   */
  void start(BackgroundSink background, BooleanSupplier hasTime) {
    this.background = background;
    this.hasTime = hasTime;
  }

  /** Loads every class and links every call site, so that no reader waits for that. */
  void warmUp(long nowNanos) {
    FileVersion nothing = new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    ProcessTracker process = new ProcessTracker(directory -> Optional.empty());
    prefetched.add(new Prefetched(FileId.of(nothing), "/none", process, 0));
    Optional<ProcessTracker> unused = opened(nothing, /* isCached= */ true);
    process.settle(prefetched, nowNanos);
    counts.reset();
  }

  /** Scans the next files of {@code process}, as far as its window and the machine allow. */
  void scanNext(ProcessTracker process, long mountId) {
    counts.setWindow(process.window());
    try (OpenedDirectory directory = new OpenedDirectory(files, mountId)) {
      for (int left = NAMES; left > 0 && process.room() > 0 && mayBegin(); left--) {
        Optional<String> next = process.next(left);
        if (next.isEmpty()) {
          return;
        }
        scan(process, directory, next.get());
      }
    } finally {
      process.rest();
    }
  }

  private boolean mayBegin() {
    return !Thread.currentThread().isInterrupted() && hasTime.getAsBoolean() && inFlight.hasRoom();
  }

  private void scan(ProcessTracker process, OpenedDirectory directory, String path) {
    try (LocalFileFinder.Found found = directory.find(path)) {
      switch (found.need()) {
        case SCAN -> scan(process, path, found);
        case TOO_BIG, UNSETTLED, LEASED -> process.leaveOut(path);
        case CLEAN, INFECTED, NO_FILE -> {}
      }
    } catch (ErrnoException e) {
      // The file is gone, or another one has its name by now.
    }
  }

  private void scan(ProcessTracker process, String path, LocalFileFinder.Found found)
      throws ErrnoException {
    FileFacts facts = found.facts();
    FileId id = FileId.of(facts.version());
    if (prefetched.contains(id)) {
      return;
    }
    Fd opened = Directory.openForReading(found.path());
    Prefetched file = new Prefetched(id, path, process, process.nextNumber());
    long bytes = facts.version().size();
    BackgroundScan scan =
        BackgroundScan.unopened(
            setup.jobs(),
            opened.number(),
            ScanTrigger.PREFETCH,
            facts,
            closed -> end(file, bytes, closed.verdict()),
            setup.nanoClock().getAsLong());
    prefetched.add(file);
    process.add(file);
    inFlight.add(bytes);
    if (setup.hasRoomFor().test(opened.number()) && background.offer(scan)) {
      opened.release(); // closed by the end of the stream
    } else {
      opened.close();
      withdraw(file, bytes);
    }
  }

  /** The scan is over; on the stream's thread. */
  private void end(Prefetched file, long bytes, Verdict verdict) {
    if (verdict instanceof Verdict.Unscanned) {
      withdraw(file, bytes);
      return;
    }
    inFlight.remove(bytes);
    file.markScanned();
    counts.addScanned();
    if (verdict instanceof Verdict.Infected) {
      counts.addInfected();
    }
  }

  private void withdraw(Prefetched file, long bytes) {
    inFlight.remove(bytes);
    counts.addCancelled();
    if (prefetched.remove(file)) {
      file.process().drop();
    }
  }

  /**
   * Counts an open of a prefetched file.
   *
   * @param isCached whether the open needs no scan
   * @return the process whose next files should be scanned now, if any
   */
  Optional<ProcessTracker> opened(FileVersion version, boolean isCached) {
    Optional<Prefetched> opened = prefetched.take(version);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    Prefetched file = opened.get();
    if (isCached || !file.isScanned()) {
      counts.addUsed();
    } else {
      counts.addWasted(); // its verdict was not cached
    }
    return file.process().opened(file) ? Optional.of(file.process()) : Optional.empty();
  }

  /** Counts what {@code process} has used and wasted since the last time. */
  void settle(ProcessTracker process, long nowNanos) {
    counts.addWasted(process.settle(prefetched, nowNanos));
  }

  /** Takes back what was prefetched for {@code process} and not opened. */
  void end(ProcessTracker process) {
    counts.addWasted(process.end(prefetched));
  }
}
