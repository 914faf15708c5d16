package io.nacre.engine.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.Records;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtectViewTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ProtectView view = new ProtectView(new PrintStream(printed, true, UTF_8));

  @Test
  void hasALineForEachDenial() {
    view.accept(record(ScanTrigger.OPENED, Response.DENY));

    assertThat(printed.toString(UTF_8))
        .matches(
            "DENIED  \\d\\d:\\d\\d:\\d\\d  /srv/f  Eicar  opened by cat \\(pid 7, user root\\)"
                + "  in 1\\.5 ms\\R");
  }

  @Test
  void saysThatAnOpenWasAllowed() {
    view.accept(record(ScanTrigger.OPENED, Response.ALLOW));

    assertThat(printed.toString(UTF_8)).startsWith("ALLOWED UNSCANNED  ");
  }

  @Test
  void saysWhenAndWhyAnOpenWasAllowedUnscanned() {
    view.accept(
        Records.of(
            new Detection(
                Instant.EPOCH,
                "/srv/f",
                "Eicar",
                ScanTrigger.OPENED,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                new ProcessInfo(7, OptionalInt.empty(), Optional.of("/usr/bin/cat")),
                new Answer(
                    Response.ALLOW, new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, ""), 1_000))));

    assertThat(printed.toString(UTF_8))
        .startsWith("ALLOWED UNSCANNED  ")
        .contains("opened by cat (pid 7) at 2026-01-02T03:04:05Z, answered=allow (clamd-down)");
  }

  @Test
  void showsDetectionsBeforeAnOpen() {
    view.accept(record(ScanTrigger.WRITTEN, Response.ALLOW));

    assertThat(printed.toString(UTF_8))
        .startsWith("FOUND  ")
        .contains("  written by cat (pid 7, user root)  ");
  }

  @Test
  void namesNoProcessForAMovedFile() {
    view.accept(record(ScanTrigger.MOVED_IN, Response.ALLOW));

    assertThat(printed.toString(UTF_8)).startsWith("FOUND  ").contains("  moved in  ");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 ms",
    "1500, 1.5 ms",
    "99900, 99.9 ms",
    "100000, 100 ms",
    "5000000, 5000 ms",
  })
  void saysHowLongItTook(long micros, String text) {
    assertThat(ProtectView.text(Duration.ofNanos(micros * 1_000))).isEqualTo(text);
  }

  private static DetectionRecord record(ScanTrigger trigger, Response response) {
    return Records.of(
        new Detection(
            Instant.EPOCH,
            "/srv/f",
            "Eicar",
            trigger,
            Instant.EPOCH,
            new ProcessInfo(7, OptionalInt.of(0), Optional.of("/usr/bin/cat")),
            new Answer(response, new Verdict.Infected("Eicar"), 1_500_000)));
  }
}
