package io.nacre.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The layout of the logback.xml that is shipped. */
class LogLayoutTest {
  private static final String TIME_AND_LEVEL = "[0-9:.]{12} WARN  ";

  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void configure() throws JoranException {
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        Objects.requireNonNull(LogLayoutTest.class.getResource("/logback.xml")));
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void leavesAnOrdinaryMessageAlone() {
    assertThat(logged("/srv/caf\u00e9 is protected (50% done)"))
        .matches(TIME_AND_LEVEL + "/srv/caf\u00e9 is protected \\(50% done\\)\n");
  }

  @Test
  void keepsANameOnOneLineAndAwayFromTheTerminal() {
    assertThat(logged("{} is mounted", "/srv/m\033[31m\n12:00:00.000 WARN  forged\r\u009b2J"))
        .matches(
            TIME_AND_LEVEL
                + "/srv/m\\\\x1b\\[31m\\\\x0a12:00:00.000 WARN {2}forged\\\\x0d\\\\x9b2J is mounted\n");
  }

  @Test
  void escapesNoEscapeTwice() {
    assertThat(logged(Printable.of("/srv/a\n\\b"))).endsWith(" /srv/a\\x0a\\x5cb\n");
  }

  @Test
  void keepsTheTextOfAFailureAndOfItsCausesOnOneLineEach() {
    IOException failure = new IOException("outer", new IOException("m\nforged \033[31m"));

    assertThat(logged("not read", failure).lines().skip(1))
        .containsExactly(
            "java.io.IOException: outer", "Caused by: java.io.IOException: m\\x0aforged \\x1b[31m");
  }

  private String logged(String message, Object... arguments) {
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    LoggingEvent event =
        new LoggingEvent(LogLayoutTest.class.getName(), root, Level.WARN, message, null, arguments);
    OutputStreamAppender<ILoggingEvent> appender =
        (OutputStreamAppender<ILoggingEvent>) root.getAppender("stderr");
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
