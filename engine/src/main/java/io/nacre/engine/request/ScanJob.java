package io.nacre.engine.request;

import io.nacre.engine.verdict.Verdict;
import java.time.Instant;

/**
 * A file on its way through a scan: an open descriptor, the access that brought it here, and its
 * result.
 *
 * <p>A {@link PermissionRequest} has a deadline and must be answered; a {@link BackgroundScan} has
 * neither. Both are completed by the first verdict and closed once, by the end of the stream.
 */
public sealed interface ScanJob permits PermissionRequest, BackgroundScan {

  /** Returns the access that brought the file here. */
  FileAccess access();

  /** Returns the descriptor of the file to scan, open until {@link #close}. */
  default int file() {
    return access().fd();
  }

  /** Returns why the file is scanned. */
  default ScanTrigger trigger() {
    return access().trigger();
  }

  /** Returns what the kernel said of the file, or {@link FileFacts#UNKNOWN}. */
  default FileFacts facts() {
    return access().facts();
  }

  /** Returns when the event was read, or the file was found. */
  default long readAtNanos() {
    return access().atNanos();
  }

  /** Returns the process that opened or wrote the file, as far as it is known. */
  ProcessInfo process();

  /**
   * Ends the job with {@code verdict}: a request is answered by it, unless it is answered already.
   */
  void complete(Verdict verdict, long nowNanos);

  /** Returns true once the job has an answer or a result. */
  boolean isCompleted();

  /** Returns the first answer; only once the job is completed. A background scan denies nothing. */
  Answer answer();

  /** Returns the verdict of the scan, also one after the answer; or why there is none. */
  Verdict verdict();

  /**
   * Returns the access and its answer; for a rescan those of the access that was not scanned.
   *
   * @param at when the event was read, or the file was found
   */
  AccessOutcome outcome(Instant at);

  /** Closes the descriptor; only at the end of the stream, when the job is completed. */
  void close();
}
