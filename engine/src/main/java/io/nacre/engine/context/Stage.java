package io.nacre.engine.context;

/**
 * One stage of an engine.
 *
 * <p>A stage is opened by its own factory, which opens everything that can fail and starts nothing.
 * It is closed once, when no actor runs any more, or when a later stage could not be opened.
 */
public interface Stage extends AutoCloseable {

  /** Releases everything the stage has opened. Never waits for a process. */
  @Override
  void close();
}
