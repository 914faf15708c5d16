package io.nacre.engine.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.detection.record.ActionResult;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.sink.DetectionSinks;
import io.nacre.engine.request.AccessOutcome;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.CloseObserver;
import io.nacre.engine.request.DescriptorCloser;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.request.Scanned;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Verdict INFECTED = new Verdict.Infected("Eicar\nForged");

  @TempDir Path directory;

  private boolean hasRoom = true;
  private final List<DetectionRecord> records = new CopyOnWriteArrayList<>();
  private final RetainedFiles files = new RetainedFiles(fd -> hasRoom, DescriptorCloser.AT_ONCE);
  private final List<Detection> acted = new CopyOnWriteArrayList<>();
  private final Reporter reporter =
      new Reporter(
          new Reporter.Actions(
              this::act,
              1 << 20,
              new DetectionSinks(Optional.empty(), records::add, List.of(), Optional.empty())),
          files);
  private final Detections detections =
      new Detections(Clock.fixed(NOW, ZoneOffset.UTC), () -> 5_000_000_000L, files, reporter);
  private FakeKernel kernel;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
  }

  @AfterEach
  void close() {
    reporter.close();
    kernel.close();
  }

  @Test
  void haveThePathTheSignatureAndTheOpener() throws IOException {
    Path file = Files.writeString(directory.toRealPath().resolve("a\tb"), "content");
    PermissionRequest request = request(file);
    request.answer(INFECTED, 1_000);

    after(request);
    request.close();

    Detection detection = seen().get(0);
    assertThat(detections.count()).isEqualTo(1);
    assertThat(detection.at()).isEqualTo(NOW);
    assertThat(detection.accessedAt()).isEqualTo(NOW.minusSeconds(5));
    assertThat(detection.path()).isEqualTo(directory.toRealPath() + "/a\\x09b");
    assertThat(detection.signature()).isEqualTo("Eicar\\x0aForged");
    assertThat(detection.process().pid()).isEqualTo(ProcFs.self());
    assertThat(detection.process().program()).isPresent();
    assertThat(detection.answer().response()).isEqualTo(Response.DENY);
    assertThat(detection.answer().tookNanos()).isEqualTo(1_000);
  }

  @Test
  void haveTheAllowIfTheVerdictCameLate() throws IOException {
    PermissionRequest request = request(Files.writeString(directory.resolve("f"), "content"));
    request.answer(FallbackReason.DEADLINE, 500);
    request.answer(INFECTED, 1_000);

    after(request);
    request.close();

    assertThat(seen()).hasSize(1);
    assertThat(seen().get(0).answer().response()).isEqualTo(Response.ALLOW);
    assertThat(seen().get(0).process().program()).isPresent();
  }

  @Test
  void haveTheTriggerOfABackgroundScan() throws IOException {
    BackgroundScan request =
        BackgroundScan.written(
            kernel.context(new AnswerCounts()),
            EventFile.open(Files.writeString(directory.resolve("f"), "content")).fd(),
            ProcFs.self(),
            FileFacts.UNKNOWN,
            0);
    request.complete(INFECTED, 1_000);

    after(request);
    request.close();

    assertThat(seen())
        .singleElement()
        .returns(ScanTrigger.WRITTEN, Detection::trigger)
        .extracting(detection -> detection.process().program())
        .isNotEqualTo(Optional.empty());
  }

  @Test
  void haveTheEarlierOpenOfARescannedFile() throws IOException {
    AccessOutcome outcome =
        new AccessOutcome(
            ScanTrigger.OPENED,
            new ProcessInfo(7, OptionalInt.empty(), Optional.of("/usr/bin/cat")),
            NOW.minusSeconds(3_600),
            new Answer(
                Response.ALLOW, new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, ""), 1_000));
    BackgroundScan request =
        BackgroundScan.rescan(
            kernel.context(new AnswerCounts()),
            EventFile.open(Files.writeString(directory.resolve("f"), "content")).fd(),
            outcome,
            CloseObserver.NONE,
            0);
    request.complete(INFECTED, 1_000);

    after(request);
    request.close();

    assertThat(seen())
        .singleElement()
        .returns(ScanTrigger.OPENED, Detection::trigger)
        .returns(NOW, Detection::at)
        .returns(outcome.at(), Detection::accessedAt)
        .returns(outcome.process(), Detection::process)
        .returns(outcome.answer(), Detection::answer);
  }

  @Test
  void areMadeOfInfectedVerdictsOnly() throws IOException {
    PermissionRequest request = request(Files.writeString(directory.resolve("f"), "content"));
    request.answer(new Verdict.Clean(), 1_000);

    detections.after(new Scanned(request, new Verdict.Clean()));
    detections.after(new Scanned(request, new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "x")));
    request.close();

    assertThat(seen()).isEmpty();
    assertThat(detections.count()).isZero();
  }

  @Test
  void haveTheFileAndTheDetailsOfTheProcess() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "content");
    PermissionRequest request = request(file, /* readAtNanos= */ 5_000_000_000L);
    request.answer(INFECTED, 5_000_000_000L);

    detections.after(new Scanned(request, INFECTED, Duration.ofMillis(3).toNanos()));
    request.close(); // before the file is looked at
    seen();

    DetectionRecord record = records.get(0);
    assertThat(record.file())
        .hasValueSatisfying(
            of -> {
              assertThat(of.inode()).isEqualTo(attribute(file, "unix:ino"));
              assertThat(of.size()).isEqualTo(7);
              assertThat(Base64.getDecoder().decode(of.rawPath()))
                  .asString(StandardCharsets.UTF_8)
                  .isEqualTo(directory + "/f");
            });
    assertThat(record.sha256())
        .hasValue("ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73");
    assertThat(record.scanTime()).hasValue(Duration.ofMillis(3));
    assertThat(record.details().commandLine().orElseThrow()).contains("java");
    assertThat(record.details().cgroup()).isPresent();
    assertThat(record.action())
        .isEqualTo(new ActionResult(ActionResult.Kind.COPIED, "the quarantine"));
    assertThat(acted).containsExactly(record.detection());
  }

  @Test
  void haveNoDetailsOfAnotherProcessWithTheSameNumber() throws IOException {
    PermissionRequest request = // read long before this process was there
        request(Files.writeString(directory.resolve("f"), "content"), -(1L << 60));
    request.answer(INFECTED, 0);

    after(request);
    request.close();

    seen();
    assertThat(records.get(0).details().commandLine()).isEmpty();
    assertThat(records.get(0).details().cgroup()).isEmpty();
  }

  @Test
  void haveTheFailedActionWithoutADescriptor() throws IOException {
    hasRoom = false;
    PermissionRequest request = request(Files.writeString(directory.resolve("f"), "content"));
    request.answer(INFECTED, 1_000);

    after(request);
    request.close();

    seen();
    assertThat(records.get(0).sha256()).isEmpty();
    assertThat(records.get(0).action().kind()).isEqualTo(ActionResult.Kind.FAILED);
    assertThat(reporter.counts()).containsEntry("files-not-retained", 1L);
    assertThat(acted).isEmpty();
  }

  @Test
  void retainNoMoreFilesThanOpensCanSpare() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "content");
    PermissionRequest request = request(file);
    List<Optional<RetainedFiles.Retained>> held = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      held.add(files.retain(request.file(), -1));
    }

    assertThat(held.stream().flatMap(Optional::stream)).hasSize(64);
    assertThat(files.refused()).isEqualTo(6);

    held.forEach(one -> one.ifPresent(files::release));
    Optional<RetainedFiles.Retained> again = files.retain(request.file(), -1);
    assertThat(again).isPresent();
    again.ifPresent(files::release);
    request.answer(new Verdict.Clean(), 0);
    request.close();
  }

  private ActionResult act(Fd file, Detection detection) {
    acted.add(detection);
    return new ActionResult(ActionResult.Kind.COPIED, "the quarantine");
  }

  private void after(ScanJob job) {
    detections.after(new Scanned(job, INFECTED));
  }

  /** Returns the detection that is reported. */
  private List<Detection> seen() {
    await().until(() -> !records.isEmpty() || detections.count() == 0);
    return records.stream().map(DetectionRecord::detection).toList();
  }

  private static Object attribute(Path file, String name) {
    try {
      return Files.getAttribute(file, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PermissionRequest request(Path file) throws IOException {
    return request(file, 0);
  }

  private PermissionRequest request(Path file, long readAtNanos) throws IOException {
    return RequestBuilder.of(kernel.context(new AnswerCounts()), EventFile.open(file).fd())
        .pid(ProcFs.self())
        .readAt(readAtNanos)
        .build();
  }
}
