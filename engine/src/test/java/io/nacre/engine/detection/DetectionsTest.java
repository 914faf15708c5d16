package io.nacre.engine.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.Occasion;
import io.nacre.engine.request.Opener;
import io.nacre.engine.request.Passage;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Verdict INFECTED = new Verdict.Infected("Eicar\nForged");

  @TempDir Path directory;

  private final List<Detection> seen = new ArrayList<>();
  private final Detections detections =
      new Detections(Clock.fixed(NOW, ZoneOffset.UTC), () -> 5_000_000_000L, seen::add);
  private FakeKernel kernel;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  @Test
  void tellWhatWasFoundWhereAndWhoWantedIt() throws IOException {
    Path file = Files.writeString(directory.toRealPath().resolve("a\tb"), "content");
    PermissionRequest request = request(file);
    request.answer(INFECTED, 1_000);

    detections.after(request, INFECTED);
    request.close();

    Detection detection = seen.get(0);
    assertThat(detections.count()).isEqualTo(1);
    assertThat(detection.at()).isEqualTo(NOW);
    assertThat(detection.since()).isEqualTo(NOW.minusSeconds(5));
    assertThat(detection.path()).isEqualTo(directory.toRealPath() + "/a\\x09b");
    assertThat(detection.signature()).isEqualTo("Eicar\\x0aForged");
    assertThat(detection.opener().pid()).isEqualTo(ProcFs.self());
    assertThat(detection.opener().program()).isPresent();
    assertThat(detection.answer().response()).isEqualTo(Response.DENY);
    assertThat(detection.answer().tookNanos()).isEqualTo(1_000);
  }

  @Test
  void tellThatAFileWasLetThroughWhenTheVerdictCameLate() throws IOException {
    PermissionRequest request = request(Files.writeString(directory.resolve("f"), "content"));
    request.answer(FallbackReason.DEADLINE, 500);
    request.answer(INFECTED, 1_000);

    detections.after(request, INFECTED);
    request.close();

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).answer().response()).isEqualTo(Response.ALLOW);
    assertThat(seen.get(0).opener().program()).isPresent();
  }

  @Test
  void tellOfAFileThatWasFoundBeforeAnybodyOpenedIt() throws IOException {
    PermissionRequest request =
        PermissionRequest.written(
            kernel.context(FallbackPolicy.ALLOW_ALL, new AnswerCounts()),
            EventFile.open(Files.writeString(directory.resolve("f"), "content")).fd(),
            ProcFs.self(),
            Optional.empty(),
            0);
    request.answer(INFECTED, 1_000);

    detections.after(request, INFECTED);
    request.close();

    assertThat(seen)
        .singleElement()
        .returns(Occasion.WRITTEN, Detection::occasion)
        .extracting(detection -> detection.opener().program())
        .isNotEqualTo(Optional.empty());
  }

  @Test
  void tellOfTheOpenOfThenForAFileOfTheJournal() throws IOException {
    Passage passage =
        new Passage(
            Occasion.OPENED,
            new Opener(7, OptionalInt.empty(), Optional.of("/usr/bin/cat")),
            NOW.minusSeconds(3_600),
            new Answer(
                Response.ALLOW, new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, ""), 1_000));
    PermissionRequest request =
        PermissionRequest.journalled(
            kernel.context(FallbackPolicy.ALLOW_ALL, new AnswerCounts()),
            EventFile.open(Files.writeString(directory.resolve("f"), "content")).fd(),
            passage,
            closed -> {},
            0);
    request.answer(INFECTED, 1_000);

    detections.after(request, INFECTED);
    request.close();

    assertThat(seen)
        .singleElement()
        .returns(Occasion.OPENED, Detection::occasion)
        .returns(NOW, Detection::at)
        .returns(passage.at(), Detection::since)
        .returns(passage.opener(), Detection::opener)
        .returns(passage.answer(), Detection::answer);
  }

  @Test
  void sayNothingOfAnythingElse() throws IOException {
    PermissionRequest request = request(Files.writeString(directory.resolve("f"), "content"));
    request.answer(new Verdict.Clean(), 1_000);

    detections.after(request, new Verdict.Clean());
    detections.after(request, new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "x"));
    request.close();

    assertThat(seen).isEmpty();
    assertThat(detections.count()).isZero();
  }

  private PermissionRequest request(Path file) throws IOException {
    return new PermissionRequest(
        kernel.context(FallbackPolicy.ALLOW_ALL, new AnswerCounts()),
        EventFile.open(file).fd(),
        ProcFs.self(),
        true,
        0,
        1_000_000);
  }
}
