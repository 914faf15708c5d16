package io.nacre.engine.request;

/** Receives each job that leaves the stream, behind its answer and before it is closed. */
@FunctionalInterface
public interface AfterAnswer {

  /**
   * Acts on the result of a job, which stays the stream's; the descriptor is open until the call
   * returns. Called by the stream's thread, one job at a time: must not wait.
   */
  void after(Scanned scanned);
}
