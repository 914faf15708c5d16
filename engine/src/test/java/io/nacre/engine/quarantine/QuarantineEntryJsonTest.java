package io.nacre.engine.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.json.Json;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FileId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineEntryJsonTest {
  private static final QuarantineEntry ENTRY =
      new QuarantineEntry(
          "abc234",
          true,
          "/srv/na\\x0ame",
          "L3Nydi9uYQptZQ==",
          new FileId(0x0000_0008_0000_0001L, 256, 12),
          2,
          new FileAttributes(
              -2,
              1001,
              04751,
              68,
              Instant.ofEpochSecond(-(1L << 40), 5),
              Instant.ofEpochSecond(1L << 40),
              Map.of("user.a.b", "/w==", "user.\u00ff\n", ""),
              3),
          "00ff",
          new QuarantineReason(
              "Eicar",
              Instant.parse("2026-01-02T03:04:05.000000006Z"),
              ScanTrigger.WRITTEN,
              new ProcessInfo(0, OptionalInt.empty(), Optional.empty())),
          Instant.parse("2026-01-02T03:04:06Z"));

  @Test
  void isReadAsItWasWritten() {
    assertThat(QuarantineEntryJson.read(Json.write(QuarantineEntryJson.values(ENTRY))))
        .contains(ENTRY);
  }

  @Test
  void keepsTheBytesOfThePath() {
    assertThat(ENTRY.originalPath()).asString().isEqualTo("/srv/na\nme");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "{\"id\": 7}", "\u0000"})
  void isNothingElse(String text) {
    assertThat(QuarantineEntryJson.read(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abcdeo", "../../", "abc", "ABCDEF", "abcdefg", "abc/ef"})
  void hasIdsThatCannotBePaths(String text) {
    assertThat(QuarantineIds.isId(text)).isFalse();
    assertThat(QuarantineIds.isId(QuarantineIds.random())).isTrue();
  }
}
