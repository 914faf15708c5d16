package io.nacre.engine.request;

import io.nacre.engine.verdict.Verdict;
import java.time.Duration;
import java.util.Optional;

/**
 * A job whose file is not scanned any more.
 *
 * @param verdict what the scan found, or why there was none
 * @param scanNanos how long the scan took; -1 if it was another job's, or none
 */
public record Scanned(ScanJob job, Verdict verdict, long scanNanos) {
  private static final long NO_OWN_SCAN = -1;

  /** The result of a job that led no scan itself. */
  public Scanned(ScanJob job, Verdict verdict) {
    this(job, verdict, NO_OWN_SCAN);
  }

  /** Returns how long the scan took; nothing if the job led none. */
  public Optional<Duration> scanTime() {
    return scanNanos == NO_OWN_SCAN ? Optional.empty() : Optional.of(Duration.ofNanos(scanNanos));
  }
}
