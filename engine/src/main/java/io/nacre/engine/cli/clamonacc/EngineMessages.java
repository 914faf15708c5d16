package io.nacre.engine.cli.clamonacc;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** The engine's log, in the style of clamonacc: {@code WARNING:} and {@code ERROR:}. */
final class EngineMessages extends AppenderBase<ILoggingEvent> {
  private final OnAccessLog log;

  private EngineMessages(OnAccessLog log) {
    this.log = log;
  }

  /**
   * Sends warnings and errors to {@code log}; with {@code isVerbose} also informational messages.
   */
  static void to(OnAccessLog log, boolean isVerbose) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      EngineMessages messages = new EngineMessages(log);
      messages.setContext(context);
      messages.start();
      Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
      root.detachAndStopAllAppenders();
      root.addAppender(messages);
      root.setLevel(isVerbose ? Level.INFO : Level.WARN);
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    String prefix =
        switch (event.getLevel().toInt()) {
          case Level.ERROR_INT -> "ERROR: ";
          case Level.WARN_INT -> "WARNING: ";
          default -> "";
        };
    log.say(prefix + event.getFormattedMessage());
  }
}
