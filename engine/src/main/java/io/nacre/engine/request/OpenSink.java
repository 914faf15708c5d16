package io.nacre.engine.request;

import io.nacre.engine.verdict.FileVersion;

/** Receives the opens of files by processes that are not exempt. */
@FunctionalInterface
public interface OpenSink {
  /** Ignores every open. */
  OpenSink NONE = (version, isCached) -> {};

  /**
   * A file is opened. Called by the reader threads before the answer: must neither wait nor open
   * anything.
   *
   * @param isCached whether it is cached as clean, and needs no scan
   */
  void opened(FileVersion version, boolean isCached);
}
