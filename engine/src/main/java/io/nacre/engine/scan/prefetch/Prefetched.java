package io.nacre.engine.scan.prefetch;

import io.nacre.engine.verdict.FileId;

/** A file that is scanned because a process seems about to open it. For any thread. */
final class Prefetched {

  private final FileId file;
  private final String path;
  private final ProcessTracker pursuit;
  private final long number;
  private volatile boolean isOver;

  /** The guess {@code number} about the process that {@code pursuit} follows. */
  Prefetched(FileId file, String path, ProcessTracker pursuit, long number) {
    this.file = file;
    this.path = path;
    this.pursuit = pursuit;
    this.number = number;
  }

  FileId file() {
    return file;
  }

  String path() {
    return path;
  }

  ProcessTracker pursuit() {
    return pursuit;
  }

  long number() {
    return number;
  }

  /** Returns whether the scan is over, with whatever result. */
  boolean isOver() {
    return isOver;
  }

  void over() {
    isOver = true;
  }
}
