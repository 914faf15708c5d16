package io.nacre.engine.scan.rescan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.TestPolicy;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.DescriptorCloser;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UnscannedRecorderTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path directory;

  private final RescanQueue queue = new RescanQueue(10);
  private FakeKernel kernel;
  private UnscannedRecorder recorder;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    recorder = new UnscannedRecorder(queue, Clock.fixed(NOW, ZoneOffset.UTC), () -> 5_000_000_000L);
    file = Files.writeString(directory.toRealPath().resolve("fü"), "content");
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  @Test
  void leavesAnEmptyQueueAfterTheWarmUp() throws IOException {
    recorder.warmUp();

    assertThat(queue.counts()).isEqualTo(new RescanQueue.Counts(10, 0, 0, 0, 0, 0));
  }

  @ParameterizedTest
  @EnumSource(
      value = FallbackReason.class,
      names = {"DEADLINE", "CLAMD_SILENT", "OVERLOAD", "CLAMD_DOWN", "CLAMD_ERROR"})
  void recordsAFileThatWasAllowedUnscanned(FallbackReason reason) throws IOException {
    PermissionRequest request = opened(FallbackPolicy.ALLOW_ALL);
    request.answer(new Verdict.Unscanned(reason, "a long story"), 1_000);
    request.close();

    RescanEntry entry = queue.take().orElseThrow();
    assertThat(entry.file()).isEqualTo(RescanEntries.of(file).file());
    assertThat(entry.path()).isEqualTo(RescanEntries.of(file).path());
    assertThat(entry.access().trigger()).isEqualTo(ScanTrigger.OPENED);
    assertThat(entry.access().at()).isEqualTo(NOW.minusSeconds(4));
    assertThat(entry.access().process().pid()).isEqualTo(ProcFs.self());
    assertThat(entry.access().process().program()).contains("/usr/bin/cat");
    assertThat(entry.access().answer().because()).isEqualTo(new Verdict.Unscanned(reason, ""));
  }

  @ParameterizedTest
  @EnumSource(
      value = FallbackReason.class,
      names = {"OVERSIZE", "STOPPING"})
  void notesNothingThatIsARuleOrTheEnd(FallbackReason reason) throws IOException {
    PermissionRequest request = opened(FallbackPolicy.ALLOW_ALL);
    request.answer(reason, 1_000);
    request.close();

    assertThat(queue.counts().waiting()).isZero();
  }

  @Test
  void notesNothingThatWasDenied() throws IOException {
    PermissionRequest request = opened(TestPolicy.DENY_ALL);
    request.answer(FallbackReason.CLAMD_DOWN, 1_000);
    request.close();

    assertThat(queue.counts().waiting()).isZero();
  }

  @Test
  void notesNothingThatWasScannedAfterTheAnswer() throws IOException {
    PermissionRequest request = opened(FallbackPolicy.ALLOW_ALL);
    request.answer(FallbackReason.DEADLINE, 1_000);
    request.answer(new Verdict.Clean(), 2_000);
    request.close();

    assertThat(queue.counts().waiting()).isZero();
  }

  @Test
  void notesWhyTheOpenerWasLetThroughIfTheLateScanFailed() throws IOException {
    PermissionRequest request = opened(FallbackPolicy.ALLOW_ALL);
    request.answer(FallbackReason.DEADLINE, 1_000);
    request.answer(FallbackReason.CLAMD_DOWN, 2_000);
    request.close();

    assertThat(queue.take().orElseThrow().access().answer().because())
        .isEqualTo(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
  }

  @Test
  void notesWhatWasWrittenWhateverThePolicy() throws IOException {
    BackgroundScan scan =
        BackgroundScan.written(
            context(), EventFile.open(file).fd(), ProcFs.self(), FileFacts.UNKNOWN, 1);
    scan.complete(new Verdict.Unscanned(FallbackReason.OVERLOAD, ""), 1_000);
    scan.close();

    assertThat(queue.take().orElseThrow().access().trigger()).isEqualTo(ScanTrigger.WRITTEN);
  }

  @Test
  void notesNothingOnceTheQueueIsClosed() throws IOException {
    PermissionRequest request = opened(FallbackPolicy.ALLOW_ALL);
    request.answer(FallbackReason.CLAMD_DOWN, 1_000);
    queue.close();
    request.close();

    assertThat(queue.counts().waiting()).isZero();
  }

  private PermissionRequest opened(FallbackPolicy fallback) throws IOException {
    return RequestBuilder.of(context(), EventFile.open(file).fd())
        .pid(ProcFs.self())
        .program("/usr/bin/cat")
        .readAt(1_000_000_000L)
        .fallback(fallback)
        .build();
  }

  private JobContext context() {
    return new JobContext(kernel.group(), new AnswerCounts(), recorder, DescriptorCloser.AT_ONCE);
  }
}
