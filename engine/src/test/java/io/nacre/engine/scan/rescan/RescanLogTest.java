package io.nacre.engine.scan.rescan;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RescanLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("nacre.test.queue");
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();
  private final RescanLog log = new RescanLog(logger);
  private long nanos = Long.MAX_VALUE - 5;

  @BeforeEach
  void listen() {
    said.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(said);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(said);
  }

  @Test
  void saysNothingWhileNothingHappens() {
    look(0, 0, 0, 0, 0);
    look(0, 0, 0, 0, 0);

    assertThat(said.list).isEmpty();
  }

  @Test
  void saysWhenFilesGoUnscannedAndWhenThatIsMadeGood() {
    look(3, 0, 0, 0, 0);
    look(9, 0, 0, 0, 0);
    look(2, 7, 1, 0, 0);
    look(0, 8, 2, 1, 0);
    look(0, 8, 2, 1, 0);

    assertThat(messages())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("files are allowed unscanned, 3 so far"),
            second ->
                assertThat(second).contains("8 files, 2 of them infected; 1 are no longer found"));
  }

  @Test
  void saysItNoMoreThanOnceAMinute() {
    look(3, 0, 0, 0, 0);
    look(0, 3, 0, 0, 0);
    look(5, 3, 0, 0, 0);
    look(0, 8, 0, 0, 0);
    assertThat(said.list).hasSize(2);

    nanos += Duration.ofMinutes(2).toNanos();
    look(1, 8, 0, 0, 0);
    look(0, 9, 0, 0, 0);

    assertThat(messages()).hasSize(4).last().asString().contains("6 files, 0 of them infected");
  }

  @Test
  void saysHowManyAreForgotten() {
    look(0, 0, 0, 0, 4);
    look(0, 0, 0, 0, 9);
    nanos += Duration.ofMinutes(2).toNanos();
    look(0, 0, 0, 0, 10);

    assertThat(messages())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("4 files are not rescanned"),
            second -> assertThat(second).startsWith("6 files are not rescanned"));
  }

  private void look(int waiting, long scanned, long infected, long gone, long dropped) {
    log.update(new RescanQueue.Counts(10, waiting, scanned, infected, gone, dropped), nanos);
  }

  private List<String> messages() {
    return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }
}
