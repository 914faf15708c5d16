package io.nacre.engine.detection.record;

import io.nacre.engine.request.Answer;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** Records for tests. */
public final class Records {
  /** {@code /srv/f} in Base64. */
  public static final String RAW = "L3Nydi9m";

  private Records() {}

  /** Returns a record with nothing but a detection in it. */
  public static DetectionRecord of(Detection detection) {
    return new DetectionRecord(
        detection,
        Optional.empty(),
        Optional.empty(),
        ProcessDetails.UNKNOWN,
        Optional.empty(),
        ActionResult.NONE);
  }

  /** Returns the record of a denied open of a file with this path and these raw bytes. */
  public static DetectionRecord denied(String path, String rawPath) {
    return new DetectionRecord(
        new Detection(
            Instant.parse("2026-01-02T03:04:05.678Z"),
            path,
            "Eicar-Test-Signature",
            ScanTrigger.OPENED,
            Instant.parse("2026-01-02T03:04:05.670Z"),
            new ProcessInfo(7, OptionalInt.of(0), Optional.of("/usr/bin/ca\nt")),
            new Answer(Response.DENY, new Verdict.Infected("Eicar"), 8_000_000)),
        Optional.of(new DetectedFile("8:1", 42, 68, rawPath)),
        Optional.of("275a"),
        new ProcessDetails(
            Optional.of("root"),
            Optional.of("cat /srv/f"),
            Optional.of("/system.slice/docker-1.scope"),
            Optional.of("0123"),
            Optional.of("docker-1.scope")),
        Optional.of(Duration.ofMillis(6)),
        new ActionResult(ActionResult.Kind.MOVED, "q7"));
  }

  public static DetectionRecord denied() {
    return denied("/srv/f", RAW);
  }
}
