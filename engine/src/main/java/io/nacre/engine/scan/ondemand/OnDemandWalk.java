package io.nacre.engine.scan.ondemand;

import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.scan.lookup.BytePaths;
import io.nacre.engine.scan.lookup.LocalFileFinder;
import io.nacre.engine.scan.lookup.ScanTarget;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The walk of an on-demand scan through trees, directory by directory: every file without a cached
 * verdict is scanned. It can stop at any file and go on later, and then reads that directory again.
 * Belongs to one thread.
 */
final class OnDemandWalk {
  /** The most directories that wait to be listed; about 100 bytes each. */
  private static final int DIRECTORIES = 500_000;

  private static final int LIST_BUFFER = 16 * 1024;
  private static final int WAIT_MILLIS = 5;

  private final OnDemandScanner.Setup setup;
  private final LocalFileFinder files;
  private final OnDemandScan progress;
  private final OnDemandScope scope;
  private final Semaphore scans;
  private final int atOnce;
  private final Deque<ScanTarget> left = new ArrayDeque<>();
  private final NativeBuffer buffer = new NativeBuffer(LIST_BUFFER);
  private final DirectoryEntries names = new DirectoryEntries();

  /**
   * A walk through all of {@code scope}.
   *
   * @param files finds files by the rules of {@code scope}
   * @param atOnce the most files that are scanned at the same time
   */
  OnDemandWalk(
      OnDemandScanner.Setup setup,
      OnDemandScope scope,
      LocalFileFinder files,
      OnDemandScan progress,
      int atOnce) {
    this.setup = setup;
    this.files = files;
    this.progress = progress;
    this.scope = scope;
    this.scans = new Semaphore(atOnce);
    this.atOnce = atOnce;
    scope.places().forEach(this::addPlace);
  }

  private void addPlace(String path) {
    try {
      ScanTarget place = files.target(path);
      if (!isReached(path, place.mountId())) {
        left.add(place);
      }
    } catch (ErrnoException e) {
      progress.addFailed(BytePaths.text(path) + ": " + e.getMessage());
    }
  }

  /** Counts the files to come; stops when {@code goesOn} is false. */
  void count(BooleanSupplier goesOn) {
    progress.expect(new FileCount(files).of(left, goesOn));
  }

  /** Returns whether the walk through another place leads there. */
  private boolean isReached(String path, long mountId) {
    return left.stream()
        .anyMatch(
            place ->
                place.mountId() == mountId
                    && BytePaths.isBelow(path, place.path())
                    && files.isProtected(BytePaths.parent(path)));
  }

  OnDemandScan progress() {
    return progress;
  }

  /**
   * Goes on until every file was read, or {@code goesOn} is false.
   *
   * @return whether it is over, with every scan
   */
  boolean goOn(BooleanSupplier goesOn) throws InterruptedException {
    boolean isWhole = true;
    while (isWhole && !left.isEmpty() && goesOn.getAsBoolean()) {
      ScanTarget place = left.pop();
      isWhole = look(place, goesOn);
      if (!isWhole) {
        left.push(place);
      }
    }
    return isWhole && left.isEmpty() && areOver(goesOn);
  }

  private boolean areOver(BooleanSupplier goesOn) throws InterruptedException {
    while (!scans.tryAcquire(atOnce, WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
      if (!goesOn.getAsBoolean()) {
        return false;
      }
    }
    scans.release(atOnce);
    return true;
  }

  private boolean look(ScanTarget place, BooleanSupplier goesOn) throws InterruptedException {
    progress.at(BytePaths.text(place.path()));
    if (place.isFile()) {
      return lookAtFile(place, goesOn);
    }
    List<ScanTarget> below = new ArrayList<>();
    try (Directory directory = files.open(place.path(), place.mountId())) {
      if (scope.isForTheCache() && !files.isCovered(directory, place.mountId())) {
        progress.note(
            BytePaths.text(place.path())
                + ": not scanned, since no verdict is cached on such a file system");
        return true;
      }
      for (int length = directory.list(buffer); length > 0; length = directory.list(buffer)) {
        names.over(buffer.bytes(), length);
        while (names.next()) {
          if (!names.isDot() && !look(directory, place, below, goesOn)) {
            return false;
          }
        }
      }
    } catch (ErrnoException e) {
      failed(place.path(), e);
    }
    Collections.reverse(below);
    below.forEach(left::push);
    return true;
  }

  private boolean lookAtFile(ScanTarget place, BooleanSupplier goesOn) throws InterruptedException {
    try (Directory directory = files.openAbove(place.path(), place.mountId())) {
      return scan(directory, place.path(), place.mountId(), goesOn);
    } catch (ErrnoException e) {
      failed(place.path(), e);
      return true;
    }
  }

  private boolean look(
      Directory directory, ScanTarget place, List<ScanTarget> below, BooleanSupplier goesOn)
      throws InterruptedException {
    byte[] bytes = names.name();
    String name = new String(bytes, StandardCharsets.ISO_8859_1);
    String path = BytePaths.child(place.path(), name);
    try {
      if (names.mayBeDirectory() && (names.isDirectory() || directory.probe(bytes).isDirectory())) {
        if (left.size() + below.size() < DIRECTORIES) {
          below.add(new ScanTarget(path, place.mountId(), /* isFile= */ false));
        } else {
          progress.addFailed(BytePaths.text(path) + ": left out, there are too many directories");
        }
        return true;
      }
      return !files.isProtected(path) || scan(directory, path, place.mountId(), goesOn);
    } catch (ErrnoException e) {
      failed(path, e);
      return true;
    }
  }

  private boolean scan(Directory directory, String path, long mountId, BooleanSupplier goesOn)
      throws ErrnoException, InterruptedException {
    try (LocalFileFinder.Found found = files.find(directory, BytePaths.name(path), mountId)) {
      switch (found.need()) {
        case SCAN, UNSETTLED -> {
          return awaitTime(goesOn) && scan(path, found, goesOn);
        }
        case CLEAN -> progress.addClean();
        case INFECTED ->
            setup
                .infected()
                .signature(found.facts().version())
                .ifPresent(signature -> progress.addInfected(BytePaths.text(path), signature));
        case TOO_BIG, LEASED -> progress.addSkipped();
        case NO_FILE -> progress.addEmpty();
      }
      return true;
    }
  }

  /** Waits until a connection is idle; returns false if the walk has to stop before. */
  private boolean awaitTime(BooleanSupplier goesOn) throws InterruptedException {
    while (!setup.hasTime().getAsBoolean()
        || !scans.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
      if (!goesOn.getAsBoolean()) {
        return false;
      }
      if (!setup.hasTime().getAsBoolean()) {
        TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS);
      }
    }
    return true;
  }

  private boolean scan(String path, LocalFileFinder.Found found, BooleanSupplier goesOn)
      throws ErrnoException, InterruptedException {
    boolean isTaken = false;
    try (Fd file = Directory.openForReading(found.path())) {
      BackgroundScan request =
          BackgroundScan.unopened(
              setup.jobs(),
              file.number(),
              ScanTrigger.ON_DEMAND,
              found.facts(),
              closed -> end(path, closed.verdict()),
              setup.nanoClock().getAsLong());
      while (goesOn.getAsBoolean() && !isTaken) {
        isTaken = setup.hasRoomFor().test(file.number()) && setup.background().offer(request);
        if (isTaken) {
          file.release(); // closed by the end of the stream
        } else {
          TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS);
        }
      }
    } finally {
      if (!isTaken) {
        scans.release();
      }
    }
    return isTaken;
  }

  /** The scan is over; on the stream's thread. */
  private void end(String path, Verdict verdict) {
    if (verdict instanceof Verdict.Unscanned none) {
      progress.addFailed(BytePaths.text(path) + ": not scanned (" + none.reason().label() + ")");
    } else {
      progress.addScanned();
      if (verdict instanceof Verdict.Infected infected) {
        progress.addInfected(BytePaths.text(path), infected.signature());
      }
    }
    scans.release();
  }

  /** A file that is gone, replaced or covered by a mount is no failure. */
  private void failed(String path, ErrnoException e) {
    switch (e.errno()) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EXDEV, Errno.ESTALE -> {}
      default -> progress.addFailed(BytePaths.text(path) + ": " + e.getMessage());
    }
  }
}
