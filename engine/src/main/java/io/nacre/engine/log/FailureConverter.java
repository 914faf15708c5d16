package io.nacre.engine.log;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.CoreConstants;

/**
 * The part of the log's layout for a failure: one line for it and one for each of its causes, with
 * control characters escaped and without a stack trace. In logback.xml it is {@code %safeFailure}.
 */
public final class FailureConverter extends ThrowableHandlingConverter {
  private static final int CAUSES_MAX = 8;

  @Override
  public String convert(ILoggingEvent event) {
    StringBuilder lines = new StringBuilder();
    IThrowableProxy failure = event.getThrowableProxy();
    for (int i = 0; i < CAUSES_MAX && failure != null; i++) {
      String text = failure.getClassName() + ": " + failure.getMessage();
      lines.append(i == 0 ? "" : "Caused by: ").append(Printable.line(text));
      lines.append(CoreConstants.LINE_SEPARATOR);
      failure = failure.getCause();
    }
    return lines.toString();
  }
}
