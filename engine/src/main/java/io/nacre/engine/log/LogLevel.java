package io.nacre.engine.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The level of all messages of this process. */
public final class LogLevel {

  private LogLevel() {}

  /** Writes messages of the level {@code name} and more important ones, from now on. */
  public static void set(String name) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(name));
    }
  }
}
