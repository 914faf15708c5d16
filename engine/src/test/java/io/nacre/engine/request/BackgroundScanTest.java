package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundScanTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Verdict INFECTED = new Verdict.Infected("Eicar");
  private static final long READ_AT = 1_000;

  @TempDir Path directory;

  private final AnswerCounts counts = new AnswerCounts();
  private FakeKernel kernel;
  private EventFile file;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    file = EventFile.open(Files.writeString(directory.resolve("f"), "content"));
  }

  @AfterEach
  void close() {
    kernel.close();
    if (file.isOpen()) {
      file.close();
    }
  }

  @Test
  void countsAsABackgroundScanAndAsNoAnswer() throws IOException {
    BackgroundScan scan = written();

    scan.complete(INFECTED, READ_AT + 9);
    scan.close();

    assertThat(scan.trigger()).isEqualTo(ScanTrigger.WRITTEN);
    assertThat(scan.answer()).isEqualTo(new Answer(Response.ALLOW, INFECTED, 9));
    assertThat(kernel.responses()).isEmpty();
    assertThat(counts.total()).isZero();
    assertThat(counts.background().byName()).containsEntry("infected", 1L);
    assertThat(file.isOpen()).isFalse();
  }

  @Test
  void isCompletedOnce() {
    BackgroundScan scan = written();
    assertThat(scan.isCompleted()).isFalse();

    scan.complete(CLEAN, READ_AT);
    scan.complete(INFECTED, READ_AT);

    assertThat(scan.isCompleted()).isTrue();
    assertThat(scan.verdict()).isEqualTo(CLEAN);
    assertThat(counts.background().byName())
        .containsEntry("scanned", 1L)
        .containsEntry("infected", 0L);
  }

  @Test
  void isNotClosedBeforeItIsCompleted() {
    BackgroundScan scan = written();

    assertThatThrownBy(scan::close).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(scan::answer).isInstanceOf(IllegalStateException.class);
    assertThat(file.isOpen()).isTrue();
  }

  @Test
  void looksUpTheWriterAtOnce() {
    assertThat(written().process().program()).isPresent();
  }

  @Test
  void hasNoProcessIfItWasMovedIn() {
    BackgroundScan scan =
        BackgroundScan.movedIn(kernel.context(counts), file.fd(), FileFacts.UNKNOWN, READ_AT);

    assertThat(scan.trigger()).isEqualTo(ScanTrigger.MOVED_IN);
    assertThat(scan.process().program()).isEmpty();
  }

  @Test
  void hasTheOutcomeOfTheEarlierAccessIfItIsARescan() {
    AccessOutcome earlier =
        new AccessOutcome(
            ScanTrigger.OPENED,
            ProcessInfo.of(ProcFs.self()),
            Instant.EPOCH,
            new Answer(
                Response.ALLOW, new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, ""), 1_000));
    List<ScanJob> closed = new ArrayList<>();
    BackgroundScan scan =
        BackgroundScan.rescan(kernel.context(counts), file.fd(), earlier, closed::add, READ_AT);

    scan.complete(INFECTED, READ_AT);
    scan.close();

    assertThat(scan.outcome(Instant.MAX)).isEqualTo(earlier);
    assertThat(closed).singleElement().returns(INFECTED, ScanJob::verdict);
    assertThat(counts.background().byName().values()).allMatch(count -> count == 0);
  }

  private BackgroundScan written() {
    return BackgroundScan.written(
        kernel.context(counts), file.fd(), ProcFs.self(), FileFacts.UNKNOWN, READ_AT);
  }
}
