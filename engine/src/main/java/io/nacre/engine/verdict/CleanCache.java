package io.nacre.engine.verdict;

import io.nacre.engine.verdict.FileInspector.Tracking;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The cache of clean verdicts. It decides that an open file needs no scan, because clamd found it
 * clean and no process can have changed it since. For any thread.
 *
 * <p>A version alone does not show that: a store through a mapping changes the time of a file only
 * when the page was clean, and on a tmpfs not even then. So both the scan and the open probe for
 * writers, each in the one order that leaves no gap:
 *
 * <pre>
 * scan  version → count of changes → no writer → clamd → the same version, the same count → cached
 * open  no writer → the cached version
 * </pre>
 *
 * <ul>
 *   <li>The probe of the scan finds a writer from before the scan. A version that was read after
 *       the probe could be one that this writer made, and then stored to again unseen.
 *   <li>A writer that opens the file after this probe finds clean pages, so its first store changes
 *       the version.
 *   <li>The probe of the open finds a writer of that moment. A writer that came and went before has
 *       changed the version.
 *   <li>On a tmpfs a store may change no time, and on xfs two files can be exchanged without a
 *       change of time. But there every open for writing waits for its answer. The probe finds that
 *       opener and counts a change, before it can write. A second name may be where opens raise no
 *       event, so such a file must have one name. To add or remove a name changes the version.
 * </ul>
 */
public final class CleanCache {
  private static final int NOT_OPEN = -1;
  private static final long NOT_MOUNTED = -1;

  private final CleanFiles files;
  private final FileInspector inspector;
  private final LongAdder writers = new LongAdder();

  /** A cache of {@code files}, whose state {@code inspector} reads. */
  public CleanCache(CleanFiles files, FileInspector inspector) {
    this.files = files;
    this.inspector = inspector;
  }

  /** Loads every class and links every call site, so that no reader thread waits for that. */
  public void warmUp() {
    files.warmUp();
    FileVersion nothing = new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    end(files.begin(nothing), NOT_OPEN, /* isClean= */ true);
    isClean(NOT_OPEN, nothing, NOT_MOUNTED);
    inspector.hasWriter(NOT_OPEN);
    isCached(NOT_OPEN);
    invalidate(nothing);
  }

  /**
   * Returns whether the file of an event needs no scan. To be called for every open of a file that
   * is not empty, before its answer: an open for writing invalidates the file.
   *
   * @param fd the event's descriptor
   * @param seen the version it had when the event was read
   * @param mountId the unique number of the mount it was opened through
   */
  public boolean isClean(int fd, FileVersion seen, long mountId) {
    // In this order, since a file is cached before its scan is over.
    if (!files.isBeingScanned(seen) && !files.containsAnyVersionOf(seen)) {
      return false; // a present writer is found when the scan begins, or has ended by then
    }
    boolean isTrusted = isTrusted(seen, mountId);
    if (!isTrusted && !inspector.isWholeFilesystem(seen.device())) {
      return false;
    }
    if (inspector.hasWriter(fd)) {
      writers.increment();
      files.invalidate(seen);
      return false;
    }
    return isTrusted && isCached(fd);
  }

  /** Returns whether {@code version} is cached, even if the file has a writer now. */
  public boolean contains(FileVersion version) {
    return files.contains(version);
  }

  /** Returns whether verdicts are cached of files on the file system of {@code version}. */
  public boolean coversFilesystemOf(FileVersion version, long mountId) {
    return capacity() > 0 && inspector.tracking(version, mountId).compareTo(Tracking.OPENS) >= 0;
  }

  /** Returns whether a clean verdict about {@code version} now would be valid for later opens. */
  public boolean isCacheable(FileVersion version, long mountId) {
    return isTrusted(version, mountId) && inspector.isSettled(version);
  }

  /**
   * Begins the scan of an open file. The result, if any, is to be passed to {@link #end} once.
   *
   * @param before a version read before this call
   * @return nothing if a clean verdict would not be valid for later opens
   */
  public Optional<CleanFiles.Scan> begin(int fd, FileVersion before, long mountId) {
    if (capacity() == 0 || !isCacheable(before, mountId)) {
      return Optional.empty();
    }
    CleanFiles.Scan scan = files.begin(before); // reads the count of changes before the probe
    if (inspector.hasWriter(fd)) {
      files.end(scan, /* isClean= */ false);
      return Optional.empty();
    }
    return Optional.of(scan);
  }

  /**
   * Ends a scan while the descriptor of its file is still open.
   *
   * @param isClean whether clamd found the file clean
   */
  public void end(CleanFiles.Scan scan, int fd, boolean isClean) {
    boolean isSame = isClean && inspector.version(fd).filter(scan.before()::equals).isPresent();
    files.end(scan, isSame);
  }

  private boolean isCached(int fd) {
    return inspector.version(fd).filter(files::contains).isPresent();
  }

  private boolean isTrusted(FileVersion version, long mountId) {
    Tracking tracking = inspector.tracking(version, mountId);
    return tracking == Tracking.TIMES || (tracking == Tracking.OPENS && version.links() == 1);
  }

  /** The cache state of a file, for display: it may change at any time. */
  public enum State {
    /** No verdict is cached on a file system of this kind. */
    NOT_CACHEABLE,
    /** Not cacheable, since the file may be changed unseen by its second name. */
    SECOND_NAME,
    /** Not found clean, or the entry was evicted since. */
    NOT_CACHED,
    /** Changed since it was found clean. */
    CHANGED,
    /** Found clean, but a process can write it. */
    HAS_WRITER,
    /** Found clean and not changed since, so that an open needs no scan. */
    CLEAN
  }

  /** Returns the state of an open file that has the version {@code now}. */
  public State state(int fd, FileVersion now, long mountId) {
    if (!isTrusted(now, mountId)) {
      return coversFilesystemOf(now, mountId) ? State.SECOND_NAME : State.NOT_CACHEABLE;
    }
    if (!files.containsAnyVersionOf(now)) {
      return State.NOT_CACHED;
    }
    if (inspector.hasWriter(fd)) {
      return State.HAS_WRITER;
    }
    return isCached(fd) ? State.CLEAN : State.CHANGED;
  }

  /** Removes all versions of the file of {@code version}, in which a scan found a signature. */
  public void invalidate(FileVersion version) {
    files.invalidate(version);
  }

  /** Removes all entries and returns their number. */
  public long clear() {
    return files.clear();
  }

  /** Returns the number of cached files. */
  public long size() {
    return files.size();
  }

  /** Returns the greatest number of cached files. */
  public int capacity() {
    return files.capacity();
  }

  /** Returns the number of opens of a cached file that had a writer. */
  public long opensWithWriter() {
    return writers.sum();
  }
}
