package io.nacre.engine.scan;

import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.FileVersion;

/** A job in the scheduler, with its place in the order of arrival. Lower numbers first. */
final class PendingScan implements Comparable<PendingScan> {
  /** The user is unknown, or was not looked up. */
  static final int NO_USER = -1;

  private final long number;
  private final ScanJob job;
  private final int user;
  private final FileId file;

  /** The entry of {@code job}, whose opener acts as {@code user}. */
  PendingScan(long number, ScanJob job, int user) {
    this.number = number;
    this.job = job;
    this.user = user;
    this.file = FileId.of(job.facts().version());
  }

  ScanJob job() {
    return job;
  }

  int user() {
    return user;
  }

  /** Returns which file the job is about; nothing of use if its facts are unknown. */
  FileId file() {
    return file;
  }

  /** Returns the version the file had when its event was read; of use if its facts are known. */
  FileVersion version() {
    return job.facts().version();
  }

  /** Returns true if no process waits for the verdict. */
  boolean isBackground() {
    return job instanceof BackgroundScan;
  }

  @Override
  public int compareTo(PendingScan other) {
    return Long.compare(number, other.number);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PendingScan pending && pending.number == number;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }

  @Override
  public String toString() {
    return "pending scan " + number + " of " + job;
  }
}
