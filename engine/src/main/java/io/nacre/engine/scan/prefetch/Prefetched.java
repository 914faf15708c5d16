package io.nacre.engine.scan.prefetch;

import io.nacre.engine.verdict.FileId;

/** A file that is scanned because a process is expected to open it; for any thread. */
final class Prefetched {

  private final FileId id;
  private final String path;
  private final ProcessTracker process;
  private final long number;
  private volatile boolean isScanned;

  /** The file number {@code number} that was prefetched for {@code process}. */
  Prefetched(FileId id, String path, ProcessTracker process, long number) {
    this.id = id;
    this.path = path;
    this.process = process;
    this.number = number;
  }

  FileId id() {
    return id;
  }

  String path() {
    return path;
  }

  ProcessTracker process() {
    return process;
  }

  long number() {
    return number;
  }

  /** Returns whether the scan is over, with any verdict. */
  boolean isScanned() {
    return isScanned;
  }

  void markScanned() {
    isScanned = true;
  }
}
