package io.nacre.engine.verdict;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The files that clamd found clean, each in one version; for any thread.
 *
 * <p>What is noted by a scan that began before {@link #clear} goes into a table that nobody asks
 * any more; what is noted by one that began before {@link #changed} is not noted at all. So neither
 * has to wait for anybody.
 *
 * <p>Bounded, and a file gets in for good only if it is asked for more often than the one that
 * would have to go (W-TinyLFU): a walk over all files does not push out those that everybody opens.
 */
public final class CleanFiles {
  /** What an entry costs, measured with 200,000 on a 64-bit JVM with compressed references. */
  public static final int BYTES_PER_ENTRY = 180;

  /** Files share their counts with a few others; that costs a scan or a question now and then. */
  private static final int COUNTS = 1 << 14;

  /** Enough to fill the buffers of the table, and to push files out. */
  private static final int REHEARSED = 256;

  /**
   * What a file was like, in nanoseconds since 1970. Those of a time hundreds of years from then
   * are others, but the same ones whenever it is asked for.
   */
  private record Known(long size, long changed, long modified, long born) {}

  /**
   * A scan under way.
   *
   * @param before the version the file had before the scan
   */
  public record Scan(FileVersion before, Table table, int changes) {}

  /** One generation of clean files. */
  record Table(Cache<FileId, Known> files) {}

  private final int capacity;
  private final AtomicIntegerArray changes = new AtomicIntegerArray(COUNTS);
  private final AtomicIntegerArray scans = new AtomicIntegerArray(COUNTS);
  private volatile Table table;

  /** A table for at most {@code capacity} files. */
  public CleanFiles(int capacity) {
    this.capacity = capacity;
    this.table = empty(capacity);
  }

  /** Has every class loaded and every call site linked, before a reader must wait for that. */
  void rehearse() {
    table = empty(1);
    for (int inode = 0; inode < REHEARSED; inode++) {
      FileVersion version = new FileVersion(0, 0, inode, 0, 0, 0, 0, 0, 0, 0, 1);
      end(begin(version), /* isClean= */ true);
      hold(version);
      isScanned(version);
      holdSome(version);
      changed(version);
      end(begin(version), /* isClean= */ true);
    }
    clear();
  }

  /** Returns whether {@code version} is known to be clean. */
  public boolean hold(FileVersion version) {
    return known(version).equals(table.files().getIfPresent(FileId.of(version)));
  }

  /** Returns whether some version of the file that {@code version} is one of is known. */
  public boolean holdSome(FileVersion version) {
    return table.files().getIfPresent(FileId.of(version)) != null;
  }

  /**
   * Returns whether a scan of the file that {@code version} is one of is under way; true as well of
   * some other files. When that is over the file may be known: whoever asks for both asks for the
   * scan first.
   */
  public boolean isScanned(FileVersion version) {
    return scans.get(count(FileId.of(version))) != 0;
  }

  /** A scan begins of a file that had the version {@code before}, or still has. */
  public Scan begin(FileVersion before) {
    int count = count(FileId.of(before));
    scans.incrementAndGet(count); // from now on whoever sees a change tells us
    return new Scan(before, table, changes.get(count));
  }

  /**
   * Each scan ends once. Notes that it found its file clean if it did, unless the file changed or
   * may have.
   */
  public void end(Scan scan, boolean isClean) {
    FileId id = FileId.of(scan.before());
    int count = count(id);
    if (isClean) {
      // At once for each file, so that a change comes either before the look or after the note.
      scan.table()
          .files()
          .asMap()
          .compute(
              id,
              (file, known) -> changes.get(count) == scan.changes() ? known(scan.before()) : known);
    }
    scans.decrementAndGet(count);
  }

  /** The file that {@code version} is one of may be changed by somebody from now on. */
  public void changed(FileVersion version) {
    FileId id = FileId.of(version);
    changes.incrementAndGet(count(id));
    table.files().asMap().remove(id);
  }

  /** Forgets everything, and what is found by scans under way; returns how many files it knew. */
  public long clear() {
    Table old = table;
    table = empty(capacity);
    return old.files().estimatedSize();
  }

  /** Returns the number of files known, those included that are about to be pushed out. */
  public long size() {
    return table.files().estimatedSize();
  }

  /** Returns how many files there is room for. */
  public int capacity() {
    return capacity;
  }

  private static Known known(FileVersion version) {
    return new Known(
        version.size(),
        nanos(version.changedSeconds(), version.changedNanos()),
        nanos(version.modifiedSeconds(), version.modifiedNanos()),
        nanos(version.bornSeconds(), version.bornNanos()));
  }

  private static long nanos(long seconds, int nanos) {
    return seconds * TimeUnit.SECONDS.toNanos(1) + nanos;
  }

  private static int count(FileId id) {
    int hash = id.hashCode() * 0x9e3779b9;
    return (hash ^ (hash >>> 16)) & (COUNTS - 1);
  }

  /** Whoever reads or notes keeps the table in order; nobody else runs. */
  private static Table empty(int capacity) {
    return new Table(Caffeine.newBuilder().maximumSize(capacity).executor(Runnable::run).build());
  }
}
