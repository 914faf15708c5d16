package io.nacre.engine.intake;

import io.nacre.engine.verdict.FileVersion;

/** Is told of the files that are opened by those who are not exempt. */
@FunctionalInterface
public interface OpenSink {
  /** One that does not care. */
  OpenSink UNWATCHED = (version, isCachedClean) -> {};

  /**
   * Somebody opens a file. Called by the readers before they answer: must neither wait nor open
   * anything.
   *
   * @param isCachedClean whether it needs no scan
   */
  void opened(FileVersion version, boolean isCachedClean);
}
