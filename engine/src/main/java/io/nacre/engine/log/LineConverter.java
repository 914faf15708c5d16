package io.nacre.engine.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * The part of the log's layout for a message: one line, whatever the message holds, that cannot
 * drive a terminal. In logback.xml it is {@code %safeMessage}.
 */
public final class LineConverter extends ClassicConverter {
  @Override
  public String convert(ILoggingEvent event) {
    return Printable.line(event.getFormattedMessage());
  }
}
