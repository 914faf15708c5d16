package io.nacre.engine.verdict;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;

/**
 * A bounded table of the files that clamd found clean, each in one version; for any thread.
 *
 * <p>A scan that began before {@link #clear} adds its file to a table that is not read any more.
 * One that began before {@link #invalidate} adds nothing. So neither call waits for a scan.
 *
 * <p>A new file stays only if it is looked up more often than the file that it would evict
 * (W-TinyLFU). So a walk over all files does not evict the files that are opened often.
 */
public final class CleanFiles {
  /**
   * The bytes of an entry, measured with 200,000 entries on a 64-bit JVM, compressed references.
   */
  public static final int BYTES_PER_ENTRY = 180;

  /**
   * The number of counters. Some files share one, which costs an unneeded scan or probe at times.
   */
  private static final int COUNTS = 1 << 14;

  /** The number of files that fills the buffers of the table, and evicts files. */
  private static final int WARM_UP_FILES = 256;

  /**
   * The version of a cached file, with times in nanoseconds since 1970. A time hundreds of years
   * from then overflows, but always to the same number.
   */
  private record Version(long size, long changed, long modified, long born) {}

  /**
   * A clean file as it travels to another process.
   *
   * @param id the file
   * @param size in bytes
   * @param changed the time of its last change, in nanoseconds since 1970
   * @param modified the time of its last modification
   * @param born the time at which it was made
   */
  public record Entry(FileId id, long size, long changed, long modified, long born) {}

  /**
   * A scan under way.
   *
   * @param before the version the file had before the scan
   */
  public record Scan(FileVersion before, Table table, int changes) {}

  /** One generation of clean files. */
  record Table(Cache<FileId, Version> files) {}

  private volatile int capacity;
  private final AtomicIntegerArray changes = new AtomicIntegerArray(COUNTS);
  private final AtomicIntegerArray scans = new AtomicIntegerArray(COUNTS);
  private volatile Table table;
  private volatile Optional<InvalidationLog> log = Optional.empty();

  /** A table for at most {@code capacity} files. */
  public CleanFiles(int capacity) {
    this.capacity = capacity;
    this.table = empty(capacity);
  }

  /** Loads every class and links every call site, so that no reader thread waits for that. */
  void warmUp() {
    table = empty(1);
    for (int inode = 0; inode < WARM_UP_FILES; inode++) {
      FileVersion version = new FileVersion(0, 0, inode, 0, 0, 0, 0, 0, 0, 0, 1);
      end(begin(version), /* isClean= */ true);
      contains(version);
      isBeingScanned(version);
      containsAnyVersionOf(version);
      invalidate(version);
      end(begin(version), /* isClean= */ true);
    }
    clear();
  }

  /** Returns whether {@code version} was found clean. */
  public boolean contains(FileVersion version) {
    return cached(version).equals(table.files().getIfPresent(FileId.of(version)));
  }

  /** Returns whether any version of the file of {@code version} was found clean. */
  public boolean containsAnyVersionOf(FileVersion version) {
    return table.files().getIfPresent(FileId.of(version)) != null;
  }

  /**
   * Returns whether a scan of the file of {@code version} is under way; may be true for some other
   * files as well. The file is cached before its scan is over, so a caller that needs both checks
   * the scan first.
   */
  public boolean isBeingScanned(FileVersion version) {
    return scans.get(count(FileId.of(version))) != 0;
  }

  /** Begins a scan of a file that had the version {@code before}, or still has. */
  public Scan begin(FileVersion before) {
    int count = count(FileId.of(before));
    scans.incrementAndGet(count); // from now on a probe that finds a writer counts it
    return new Scan(before, table, changes.get(count));
  }

  /**
   * Ends a scan; to be called once. Adds its file if it is clean, unless the file changed or may
   * have changed.
   *
   * @param isClean whether clamd found the file clean, and its version is the same
   */
  public void end(Scan scan, boolean isClean) {
    FileId id = FileId.of(scan.before());
    int count = count(id);
    if (isClean) {
      // Atomic for each file, so that a change comes either before the check or after the entry.
      scan.table()
          .files()
          .asMap()
          .compute(
              id,
              (file, old) -> changes.get(count) == scan.changes() ? cached(scan.before()) : old);
    }
    scans.decrementAndGet(count);
  }

  /** Removes the file of {@code version}: a process may change it from now on. */
  public void invalidate(FileVersion version) {
    FileId id = FileId.of(version);
    changes.incrementAndGet(count(id));
    table.files().asMap().remove(id);
    log.ifPresent(present -> present.add(id));
  }

  /** Removes all files, and those of scans under way; returns the number of files. */
  public synchronized long clear() {
    Table old = table;
    table = empty(capacity);
    log.ifPresent(InvalidationLog::addAll);
    return old.files().estimatedSize();
  }

  /**
   * Begins to log what is invalidated, for a copy of the table; before {@link #forEach}.
   *
   * @param capacity the number of files after which all count as invalidated
   */
  public InvalidationLog logInvalidations(int capacity) {
    InvalidationLog begun = new InvalidationLog(capacity);
    log = Optional.of(begun);
    return begun;
  }

  /** Ends the log. */
  public void endLog() {
    log = Optional.empty();
  }

  /** Passes each file to {@code action}. */
  public void forEach(Consumer<Entry> action) {
    table
        .files()
        .asMap()
        .forEach(
            (id, file) ->
                action.accept(
                    new Entry(id, file.size(), file.changed(), file.modified(), file.born())));
  }

  /** Adds an entry of a copy; only while no thread looks files up. */
  public void add(Entry entry) {
    table
        .files()
        .put(
            entry.id(), new Version(entry.size(), entry.changed(), entry.modified(), entry.born()));
  }

  /** Removes a file of a copy that was invalidated in the original. */
  public void remove(FileId id) {
    table.files().asMap().remove(id);
  }

  /** Returns the number of files, including those that are about to be evicted. */
  public long size() {
    return table.files().estimatedSize();
  }

  /** Sets the greatest number of files; those above it are evicted. */
  public synchronized void setCapacity(int files) {
    capacity = files;
    table
        .files()
        .policy()
        .eviction()
        .ifPresent(
            eviction -> {
              eviction.setMaximum(files);
              table.files().cleanUp();
            });
  }

  /** Returns the greatest number of files. */
  public int capacity() {
    return capacity;
  }

  private static Version cached(FileVersion version) {
    return new Version(
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

  /** Creates an empty table. The threads that use it also do its housekeeping. */
  private static Table empty(int capacity) {
    return new Table(Caffeine.newBuilder().maximumSize(capacity).executor(Runnable::run).build());
  }
}
