package io.nacre.engine.config;

/**
 * The messages of the engine on standard error.
 *
 * @param level the least important ones that are written
 */
public record LogConfig(Level level) {

  /** How important a message is. */
  public enum Level {
    /** A part of the engine does not work. */
    ERROR,
    /** An administrator should look. */
    WARN,
    /** What the engine does. */
    INFO,
    /** How it does it. */
    DEBUG
  }
}
