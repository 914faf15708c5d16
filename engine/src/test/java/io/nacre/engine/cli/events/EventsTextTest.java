package io.nacre.engine.cli.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTextTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-02-01T00:30:00Z"), ZoneId.of("Europe/Berlin"));

  private final EventsText text = new EventsText();

  @Test
  void isALineForEachWithTheFilesBelowEachOther() {
    assertThat(
            List.of(
                text.line(new JsonObject(event("denied", "Eicar-Test-Signature", Map.of()))),
                text.line(new JsonObject(event("allowed unscanned", "Win.X", Map.of())))))
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:05  (denied           |allowed unscanned)  .{20}"
                            + "  /srv/a\\\\x0ab  opened by cat \\(pid 12, user bob\\)"));
  }

  @Test
  void saysWhatBecameOfTheFile() {
    assertThat(line(Map.of("result", "moved", "detail", "q7"))).endsWith("; moved to q7");
    assertThat(line(Map.of("result", "removed", "detail", ""))).endsWith("; removed");
    assertThat(line(Map.of("result", "failed", "detail", "read-only")))
        .endsWith("; left where it is: read-only");
  }

  @Test
  void drivesNoTerminalWhateverTheRecordHolds() {
    assertThat(text.line(new JsonObject(event("denied", "x\033[2J", Map.of()))))
        .contains("x\\x1b[2J")
        .doesNotContain("\033[2J");
  }

  @ParameterizedTest
  @CsvSource({
    "30m, 2026-02-01T00:00:00Z",
    "2h, 2026-01-31T22:30:00Z",
    "7d, 2026-01-25T00:30:00Z",
    "2026-01-31, 2026-01-30T23:00:00Z",
    "2026-01-31 14:00, 2026-01-31T13:00:00Z",
    "2026-01-31T14:00:05, 2026-01-31T13:00:05Z",
    "2026-01-31T14:00:05Z, 2026-01-31T14:00:05Z",
  })
  void understandsTimesAsPeopleWriteThem(String written, Instant meant) {
    assertThat(Since.parse(written, CLOCK)).isEqualTo(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "30", "2026-13-01", "-1h", "9999999d"})
  void saysWhichTimesItUnderstands(String written) {
    assertThatThrownBy(() -> Since.parse(written, CLOCK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--since: " + written + " is no time; write");
  }

  private String line(Map<String, String> action) {
    return text.line(new JsonObject(event("denied", "Eicar", action)));
  }

  private static Map<String, Object> event(
      String outcome, String signature, Map<String, String> action) {
    Map<String, Object> event = new HashMap<>();
    event.put("@timestamp", "2026-01-02T03:04:05.678Z");
    event.put("event", Map.of("action", "opened"));
    event.put("rule", Map.of("name", signature));
    event.put("file", Map.of("path", "/srv/a\\x0ab"));
    event.put("process", Map.of("pid", 12, "name", "cat"));
    event.put("user", Map.of("id", "1000", "name", "bob"));
    event.put("nacre", Map.of("outcome", outcome, "action", action));
    return event;
  }
}
