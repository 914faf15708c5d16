package io.nacre.engine.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.json.JsonObject;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.verdict.InlineReason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTextTest {

  @Test
  void saysItAll() {
    assertThat(StatusText.lines(status(Map.of())))
        .containsExactly(
            "nacre is running: pid 42, up 1 h 2 min, prevention enforce",
            "",
            "protected",
            "  /home  protected by filesystem",
            "  /srv  partial by ddd, 12,345 directories",
            "    /srv/x\\x1b[2J: no inotify watch left",
            "    and 2 more",
            "",
            "queue: waiting 1, the oldest for 1,500 ms; scanning 2; deferred 3, shed 5",
            "detections 4: recorded 3, not recorded 1, not logged 2, unreported 6, without their file"
                + " 7",
            "hook: run 3, failed 1, timed out 1, dropped 2",
            "  detections do not reach the record in /var/lib/nacre/events: No space"
                + " left\\x1b[2J",
            "answers 1,234,567, denied 8",
            "  clean             1,000,000",
            "  deadline                 20",
            "background: scanned 6,000, waiting 7, infected 1, unscanned 2, dropped 3",
            "rescan queue: waiting 3,000, rescanned 4, infected 1, no longer found 2, dropped 5",
            "cached clean 50,000 of at most 200,000 files; in the kernel 40,000, with a lease 10",
            "prefetch: scanned 2,000, used 1,900, wasted 40, cancelled 60; window 32",
            "verdicts invalidated 3 times, last at 2026-01-02T03:04:05Z: clamd loaded signatures; none are"
                + " cached now",
            "",
            "clamd up at unix:/run/clamav/clamd.ctl: ClamAV 1.4.3\\x0aforged; scanning 3 of 10,"
                + " done 1,000,000, failed 7",
            "  signatures in /var/lib/clamav, the newest of 2026-01-02T03:00:00Z",
            "clamd down at tcp:scanner:3310: connect: Connection refused; scanning 0 of 4,"
                + " done 0, failed 0",
            "  signatures; verdicts are not cached: it was not asked yet");
  }

  @Test
  void saysNothingOfReportsWithoutDetectionsAndWithoutAHook() {
    Map<String, Object> reports =
        Map.of("hook", Map.of(), "failing", List.of(), "recorded", 0, "not-recorded", 0);

    assertThat(StatusText.lines(status(Map.of("detections", 0, "reports", reports))))
        .contains("detections 0")
        .noneMatch(line -> line.contains("recorded") || line.startsWith("hook"));
  }

  @Test
  void saysHowManyOpensSharedAScan() {
    assertThat(StatusText.lines(status(Map.of("shared", 1_234))))
        .contains("  1,234 of them shared the scan of another open of the same file");
  }

  @Test
  void saysTheMostImportantOnOneLine() {
    assertThat(StatusText.oneLine(status(Map.of()), 200))
        .isEqualTo(
            "1,234,567 opens, 1,000,000 scanned, 8 denied, 20 unscanned, 3 waiting, clamd up,"
                + " up 1 h 2 min");
  }

  @Test
  void countsInTheSingularAsWell() {
    Map<String, Object> signatures =
        Map.of(
            "uncertain",
            false,
            "invalidations",
            1,
            "invalidated-at",
            "2026-01-02T03:04:05Z",
            "invalidated-because",
            "SIGUSR1");
    Map<String, Object> path = path("/home", "ddd", "protected", 1, List.of(), 0);

    assertThat(
            StatusText.lines(status(Map.of("signatures", signatures, "protected", List.of(path)))))
        .contains(
            "verdicts invalidated 1 time, last at 2026-01-02T03:04:05Z: SIGUSR1",
            "  /home  protected by ddd, 1 directory");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 7, 40})
  void keepsWithinTheWidthOfTheTerminal(int columns) {
    String line = StatusText.oneLine(status(Map.of()), columns);

    assertThat(line).hasSize(Math.max(0, columns)).doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 s",
    "59, 59 s",
    "60, 1 min 0 s",
    "3599, 59 min 59 s",
    "3600, 1 h 0 min",
    "86399, 23 h 59 min",
    "86400, 1 d 0 h",
    "31536000, 365 d 0 h",
  })
  void saysHowLongTheEngineRuns(long seconds, String text) {
    assertThat(StatusText.lines(status(Map.of("uptime-seconds", seconds))))
        .first()
        .asString()
        .contains("up " + text + ",");
  }

  @Test
  void saysThatThereIsNoRescanQueue() {
    assertThat(StatusText.lines(status(Map.of("rescan-queue", rescanQueue(0)))))
        .contains("rescan queue: off")
        .noneMatch(line -> line.contains("no longer found"));
  }

  @Test
  void understandsTheCountsAsTheyAre() {
    AnswerCounts counts = new AnswerCounts();
    counts.add(InlineReason.OWN_PROCESS);
    Map<String, Object> answers =
        Map.of(
            "total", counts.total(),
            "scanned", counts.scanned(),
            "unscanned", counts.unscanned(),
            "denied", counts.denied(),
            "by-reason", counts.byReason());

    assertThat(StatusText.lines(status(Map.of("answers", answers))))
        .contains("answers 1, denied 0", "  own-process               1")
        .noneMatch(line -> line.contains("overload"));
  }

  private static JsonObject status(Map<String, ?> differences) {
    Map<String, Object> status =
        new HashMap<>(
            Map.of(
                "uptime-seconds", 3_725,
                "pid", 42,
                "prevention", "enforce",
                "waiting", 1,
                "scanning", 2,
                "deferred", 3,
                "detections", 4,
                "protected",
                    List.of(
                        path("/home", "filesystem", "protected", 0, List.of(), 0),
                        path(
                            "/srv",
                            "ddd",
                            "partial",
                            12_345,
                            List.of("/srv/x\033[2J: no inotify watch left"),
                            3)),
                "answers",
                    Map.of(
                        "total", 1_234_567,
                        "scanned", 1_000_000,
                        "unscanned", 20,
                        "denied", 8,
                        "by-reason", Map.of("clean", 1_000_000, "deadline", 20, "empty", 0)),
                "clamd",
                    Map.of(
                        "state",
                        "up",
                        "endpoints",
                        List.of(
                            clamd(
                                "unix:/run/clamav/clamd.ctl",
                                "up",
                                "ClamAV 1.4.3\nforged",
                                List.of(3, 10, 1_000_000, 7)),
                            clamd(
                                "tcp:scanner:3310",
                                "down",
                                "connect: Connection refused",
                                List.of(0, 4, 0, 0))))));
    status.put("deferred-shed", 5);
    status.put("shared", 0);
    status.put(
        "background",
        Map.of("scanned", 6_000, "inside", 7, "infected", 1, "unscanned", 2, "dropped", 3));
    status.put("rescan-queue", rescanQueue(65_536));
    status.put("cache", Map.of("files", 50_000, "capacity", 200_000));
    status.put("kernel-cache", Map.of("marked", 40_000, "leased", 10, "uncertainty", ""));
    status.put(
        "prefetch",
        Map.of("scanned", 2_000, "used", 1_900, "wasted", 40, "cancelled", 60, "window", 32));
    status.put(
        "signatures",
        Map.of(
            "uncertain",
            true,
            "invalidations",
            3,
            "invalidated-at",
            "2026-01-02T03:04:05Z",
            "invalidated-because",
            "clamd loaded signatures"));
    status.put("oldest-waiting-ms", 1_500);
    status.put("detections-unreported", 6);
    status.put(
        "reports",
        Map.of(
            "recorded", 3,
            "not-recorded", 1,
            "not-logged", 2,
            "files-not-retained", 7,
            "failing", List.of("the record in /var/lib/nacre/events: No space left\033[2J"),
            "hook", Map.of("ran", 3, "failed", 1, "timed-out", 1, "dropped", 2, "own-opens", 0)));
    status.put("configuration", "");
    status.putAll(differences);
    return new JsonObject(status);
  }

  private static Map<String, Object> rescanQueue(int capacity) {
    return Map.of(
        "capacity", capacity,
        "waiting", 3_000,
        "rescanned", 4,
        "infected", 1,
        "no-longer-found", 2,
        "dropped", 5);
  }

  private static Map<String, Object> clamd(
      String address, String state, String detail, List<Integer> counts) {
    return Map.of(
        "address",
        address,
        "state",
        state,
        "detail",
        detail,
        "transport",
        "fd",
        "scanning",
        counts.get(0),
        "scanning-at-most",
        counts.get(1),
        "scans",
        counts.get(2),
        "failures",
        counts.get(3),
        "signatures",
        state.equals("up")
            ? Map.of(
                "database", "/var/lib/clamav", "newest", "2026-01-02T03:00:00Z", "uncertainty", "")
            : Map.of("database", "", "newest", "", "uncertainty", "it was not asked yet"));
  }

  private static Map<String, Object> path(
      String path,
      String strategy,
      String state,
      int directories,
      List<String> problems,
      int problemCount) {
    return Map.of(
        "path", path,
        "strategy", strategy,
        "reason", "configured",
        "state", state,
        "directories", directories,
        "problems", problems,
        "problem-count", problemCount);
  }
}
