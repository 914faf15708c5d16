package io.nacre.engine.detection.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.Records;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.log.Printable;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RecordJsonTest {

  @Test
  void hasTheFieldsOfTheElasticCommonSchema() {
    JsonObject line = read(Records.denied());

    assertThat(line.getString("@timestamp")).isEqualTo("2026-01-02T03:04:05.678Z");
    assertThat(line.getString("message")).isEqualTo("words");
    assertThat(line.getString("event.kind")).isEqualTo("alert");
    assertThat(line.getStrings("event.category")).containsExactly("malware", "file");
    assertThat(line.getStrings("event.type")).containsExactly("denied");
    assertThat(line.getString("event.action")).isEqualTo("opened");
    assertThat(line.getString("event.outcome")).isEqualTo("failure");
    assertThat(line.getString("event.reason")).isEqualTo("infected");
    assertThat(line.getLong("event.duration")).isEqualTo(8_000_000);
    assertThat(line.getString("rule.name")).isEqualTo("Eicar-Test-Signature");
    assertThat(line.getString("file.path")).isEqualTo("/srv/f");
    assertThat(line.getString("file.device")).isEqualTo("8:1");
    assertThat(line.getString("file.inode")).isEqualTo("42");
    assertThat(line.getLong("file.size")).isEqualTo(68);
    assertThat(line.getString("file.hash.sha256")).isEqualTo("275a");
    assertThat(line.getInt("process.pid")).isEqualTo(7);
    assertThat(line.getString("process.executable")).isEqualTo("/usr/bin/ca\\x0at");
    assertThat(line.getString("process.name")).isEqualTo("ca\\x0at");
    assertThat(line.getString("process.command_line")).isEqualTo("cat /srv/f");
    assertThat(line.getString("user.id")).isEqualTo("0");
    assertThat(line.getString("user.name")).isEqualTo("root");
    assertThat(line.getString("container.id")).isEqualTo("0123");
    assertThat(line.getString("service.name")).isEqualTo("docker-1.scope");
    assertThat(line.getString("nacre.cgroup")).isEqualTo("/system.slice/docker-1.scope");
    assertThat(line.getString("nacre.outcome")).isEqualTo("denied");
    assertThat(line.getString("nacre.answer")).isEqualTo("deny");
    assertThat(line.getLong("nacre.scan_ns")).isEqualTo(6_000_000);
    assertThat(line.getString("nacre.action.result")).isEqualTo("moved");
    assertThat(line.getString("nacre.action.detail")).isEqualTo("q7");
    assertThat(line.has("nacre.path_base64")).isFalse();
  }

  @Test
  void hasTheBytesOfAPathThatIsNotText() {
    byte[] raw = {'/', (byte) 0xff, '\n'};
    String base64 = Base64.getEncoder().encodeToString(raw);

    JsonObject line = read(Records.denied(Printable.of(raw), base64));

    assertThat(line.getString("file.path")).isEqualTo("/\\xff\\x0a");
    assertThat(line.getString("nacre.path_base64")).isEqualTo(base64);
  }

  @Test
  void hasTheReasonOfAnAllowAndOmitsUnknownFacts() {
    JsonObject line =
        read(
            Records.of(
                new Detection(
                    Instant.EPOCH,
                    "/f",
                    "x",
                    ScanTrigger.OPENED,
                    Instant.EPOCH,
                    new ProcessInfo(0, OptionalInt.empty(), Optional.empty()),
                    new Answer(
                        Response.ALLOW, new Verdict.Unscanned(FallbackReason.DEADLINE, ""), 5))));

    assertThat(line.getString("event.outcome")).isEqualTo("success");
    assertThat(line.getStrings("event.type")).containsExactly("allowed");
    assertThat(line.getString("event.reason")).isEqualTo("deadline");
    assertThat(line.has("process")).isFalse();
    assertThat(line.has("user")).isFalse();
    assertThat(line.has("container")).isFalse();
    assertThat(line.has("file.hash")).isFalse();
  }

  @Test
  void isOneLineThatFitsIntoAPipeForAnyPath() {
    byte[] raw = new byte[4_095];
    Arrays.fill(raw, (byte) '\n');

    String line =
        RecordJson.line(
            Records.denied(Printable.of(raw), Base64.getEncoder().encodeToString(raw)),
            "x".repeat(100_000));

    assertThat(line).doesNotContain("\n").hasSizeLessThan(60_000);
  }

  private static JsonObject read(DetectionRecord record) {
    return Json.read(RecordJson.line(record, "words")).orElseThrow();
  }
}
