package io.nacre.engine.scan.ondemand;

import io.nacre.engine.scan.lookup.BytePaths;
import io.nacre.engine.scan.lookup.DirectoryEntry;
import io.nacre.engine.scan.lookup.DirectoryOrder;
import io.nacre.engine.scan.lookup.LocalFileFinder;
import io.nacre.engine.scan.lookup.ScanTarget;
import io.nacre.linux.ErrnoException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/** The number of files that an on-demand scan will read, for its progress. */
final class FileCount {
  /** The most directories that wait to be listed. */
  private static final int DIRECTORIES = 500_000;

  private final LocalFileFinder files;

  FileCount(LocalFileFinder files) {
    this.files = files;
  }

  /** Returns the approximate number in {@code targets}; stops when {@code goesOn} is false. */
  long of(Iterable<ScanTarget> targets, BooleanSupplier goesOn) {
    Deque<ScanTarget> left = new ArrayDeque<>();
    targets.forEach(left::add);
    long count = 0;
    while (!left.isEmpty() && goesOn.getAsBoolean()) {
      count += in(left.pop(), left);
    }
    return count;
  }

  private long in(ScanTarget place, Deque<ScanTarget> left) {
    if (place.isFile()) {
      return 1;
    }
    try {
      long count = 0;
      for (DirectoryEntry entry :
          files.list(place.path(), place.mountId()).in(DirectoryOrder.LISTED)) {
        if (!entry.isDirectory()) {
          count++;
        } else if (left.size() < DIRECTORIES) {
          String path = BytePaths.child(place.path(), entry.name());
          left.push(new ScanTarget(path, place.mountId(), /* isFile= */ false));
        }
      }
      return count;
    } catch (ErrnoException e) {
      return 0; // the scan will report it
    }
  }
}
