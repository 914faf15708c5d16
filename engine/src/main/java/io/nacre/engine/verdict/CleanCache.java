package io.nacre.engine.verdict;

import io.nacre.engine.verdict.FileInspector.Trust;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Tells whether an open file needs no scan, because clamd found it clean and nobody can have
 * changed it since; for any thread.
 *
 * <p>A version alone does not tell that: a store through a mapping changes the time of a file only
 * when the page was clean, and on a tmpfs not even then. So both sides ask for writers, each in the
 * one order that leaves no gap:
 *
 * <pre>
 * scan  version → count of changes → no writer → clamd → the same version, the same count → noted
 * open  no writer → the version that was noted
 * </pre>
 *
 * <ul>
 *   <li>Whoever could write when the scan began is seen as a writer. A version that was read after
 *       that could be one he made, and then store to again unseen.
 *   <li>Whoever opens the file later finds its pages clean, so his first store changes the version.
 *   <li>Whoever still can write when the file is opened is seen as a writer. After that the version
 *       tells of those who came and went.
 *   <li>On a tmpfs a store may change no time, and on xfs two files can be exchanged without that.
 *       But there every open for writing waits for our answer, and is seen as a writer itself: that
 *       counts as a change, before he can write. A second name may lie where no open is told, so
 *       such a file must have one alone; to make another, and to take one away, changes the
 *       version.
 * </ul>
 */
public final class CleanCache {
  private static final int NOT_OPEN = -1;
  private static final long NOT_MOUNTED = -1;

  private final CleanFiles files;
  private final FileInspector look;
  private final LongAdder writers = new LongAdder();

  /** A cache of {@code files}, whose state is asked of {@code look}. */
  public CleanCache(CleanFiles files, FileInspector look) {
    this.files = files;
    this.look = look;
    // Has every class loaded and every call site linked, before a reader must wait for that.
    files.rehearse();
    FileVersion nothing = new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    end(files.begin(nothing), NOT_OPEN, /* isClean= */ true);
    isClean(NOT_OPEN, nothing, NOT_MOUNTED);
    look.hasWriter(NOT_OPEN);
    isHeld(NOT_OPEN);
    infected(nothing);
  }

  /**
   * Returns whether the file of an event is known to be clean. Must be asked for every open of a
   * file that is not empty, before its answer.
   *
   * @param fd the event's descriptor
   * @param seen the version it had when the event was read
   * @param mountId the unique number of the mount it was opened through
   */
  public boolean isClean(int fd, FileVersion seen, long mountId) {
    // In this order, since a file is known before its scan is over.
    if (!files.isScanned(seen) && !files.holdSome(seen)) {
      return false; // whoever can write it now is seen when its scan begins, or is gone by then
    }
    boolean isTrusted = isTrusted(seen, mountId);
    if (!isTrusted && !look.tellsByOpens(seen.device())) {
      return false;
    }
    if (look.hasWriter(fd)) {
      writers.increment();
      files.changed(seen);
      return false;
    }
    return isTrusted && isHeld(fd);
  }

  /**
   * Returns whether {@code version} was found clean, be it that somebody can write the file now.
   */
  public boolean holds(FileVersion version) {
    return files.hold(version);
  }

  /** Returns whether anything is kept of files where the one that {@code version} is of lies. */
  public boolean keeps(FileVersion version, long mountId) {
    return capacity() > 0 && look.trust(version, mountId).compareTo(Trust.OPENS) >= 0;
  }

  /** Returns whether what clamd says of {@code version} now would hold for later opens. */
  public boolean isSettled(FileVersion version, long mountId) {
    return isTrusted(version, mountId) && look.isSettled(version);
  }

  /**
   * The scan of an open file begins; whatever is returned must be given to {@link #end} once.
   *
   * @param before a version read before this call
   * @return what {@link #end} takes, or nothing if what clamd says would not hold for later opens
   */
  public Optional<CleanFiles.Scan> begin(int fd, FileVersion before, long mountId) {
    if (capacity() == 0 || !isSettled(before, mountId)) {
      return Optional.empty();
    }
    CleanFiles.Scan scan = files.begin(before); // counts the changes before writers are asked for
    if (look.hasWriter(fd)) {
      files.end(scan, /* isClean= */ false);
      return Optional.empty();
    }
    return Optional.of(scan);
  }

  /**
   * A scan is over; the descriptor of its file is still open.
   *
   * @param isClean whether clamd found the file clean
   */
  public void end(CleanFiles.Scan scan, int fd, boolean isClean) {
    boolean isSame = isClean && look.version(fd).filter(scan.before()::equals).isPresent();
    files.end(scan, isSame);
  }

  private boolean isHeld(int fd) {
    return look.version(fd).filter(files::hold).isPresent();
  }

  private boolean isTrusted(FileVersion version, long mountId) {
    Trust trust = look.trust(version, mountId);
    return trust == Trust.TIMES || (trust == Trust.OPENS && version.links() == 1);
  }

  /** What is known of a file; for people, since it may be otherwise right after. */
  public enum State {
    /** Nothing is kept of files on such a file system. */
    NOT_KEPT,
    /** Nothing is kept of it, since it has a second name, by which it may be changed unseen. */
    SECOND_NAME,
    /** It was not found clean, or long ago. */
    UNKNOWN,
    /** It changed since it was found clean. */
    CHANGED,
    /** It was found clean, and somebody can write it. */
    WRITABLE,
    /** It needs no scan. */
    CLEAN
  }

  /** Returns what is known of an open file that has the version {@code now}. */
  public State state(int fd, FileVersion now, long mountId) {
    if (!isTrusted(now, mountId)) {
      return keeps(now, mountId) ? State.SECOND_NAME : State.NOT_KEPT;
    }
    if (!files.holdSome(now)) {
      return State.UNKNOWN;
    }
    if (look.hasWriter(fd)) {
      return State.WRITABLE;
    }
    return isHeld(fd) ? State.CLEAN : State.CHANGED;
  }

  /** Something was found in the file that {@code version} is one of, whoever scanned it before. */
  public void infected(FileVersion version) {
    files.changed(version);
  }

  /** Forgets everything; returns how many files were known. */
  public long clear() {
    return files.clear();
  }

  /** Returns how many files are known to be clean. */
  public long size() {
    return files.size();
  }

  /** Returns how many files there is room for. */
  public int capacity() {
    return files.capacity();
  }

  /** Returns how many opens of a known file found somebody who could write it. */
  public long writers() {
    return writers.sum();
  }
}
