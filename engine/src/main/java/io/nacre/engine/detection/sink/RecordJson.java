package io.nacre.engine.detection.sink;

import io.nacre.engine.detection.record.DetectedFile;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.DetectionText;
import io.nacre.engine.detection.record.ProcessText;
import io.nacre.engine.json.Json;
import io.nacre.engine.log.Printable;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A record as one line of JSON in the fields of the Elastic Common Schema, and below {@code nacre}
 * the facts that it has no field for. No value can end the line or drive a terminal, and the line
 * fits into a pipe.
 */
public final class RecordJson {
  private static final String ECS = "8.11.0";
  private static final int LONGEST = 4096;

  private RecordJson() {}

  /** Returns {@code record} as JSON, without an end of line. */
  public static String line(DetectionRecord record, String message) {
    Detection detection = record.detection();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("@timestamp", detection.at().toString());
    line.put("ecs", Map.of("version", ECS));
    line.put("message", cut(message));
    line.put("event", event(detection));
    line.put("rule", Map.of("name", cut(detection.signature())));
    line.put("file", file(record));
    process(record).ifPresent(process -> line.put("process", process));
    user(record).ifPresent(user -> line.put("user", user));
    record.details().container().ifPresent(id -> line.put("container", Map.of("id", cut(id))));
    record.details().unit().ifPresent(unit -> line.put("service", Map.of("name", cut(unit))));
    line.put("nacre", own(record));
    return Json.write(line);
  }

  private static Map<String, Object> event(Detection detection) {
    boolean isOpen = !detection.trigger().isBackground();
    boolean isDenied = isOpen && detection.answer().response() == Response.DENY;
    return Map.of(
        "kind", "alert",
        "category", List.of("malware", "file"),
        "type", List.of(isDenied ? "denied" : isOpen ? "allowed" : "info"),
        "action", label(detection.trigger()),
        "outcome", isDenied ? "failure" : isOpen ? "success" : "unknown",
        "reason", reason(detection.answer()),
        "start", detection.accessedAt().toString(),
        "duration", detection.answer().tookNanos(),
        "module", "nacre",
        "dataset", "nacre.detection");
  }

  private static Map<String, Object> file(DetectionRecord record) {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("path", record.detection().path());
    record
        .file()
        .ifPresent(
            of -> {
              file.put("inode", String.valueOf(of.inode()));
              file.put("device", of.device());
              file.put("size", of.size());
            });
    record.sha256().ifPresent(hash -> file.put("hash", Map.of("sha256", hash)));
    return file;
  }

  private static Optional<Map<String, Object>> process(DetectionRecord record) {
    ProcessInfo opener = record.detection().process();
    if (opener.pid() == 0 && opener.program().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> process = new LinkedHashMap<>();
    process.put("pid", opener.pid());
    opener
        .program()
        .ifPresent(
            program -> {
              process.put("executable", cut(Printable.of(program)));
              process.put("name", cut(ProcessText.shortName(program)));
            });
    record.details().commandLine().ifPresent(text -> process.put("command_line", cut(text)));
    return Optional.of(process);
  }

  private static Optional<Map<String, Object>> user(DetectionRecord record) {
    if (record.detection().process().uid().isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> user = new LinkedHashMap<>();
    user.put("id", Integer.toUnsignedString(record.detection().process().uid().getAsInt()));
    record.details().user().ifPresent(name -> user.put("name", cut(name)));
    return Optional.of(user);
  }

  private static Map<String, Object> own(DetectionRecord record) {
    Detection detection = record.detection();
    Map<String, Object> own = new LinkedHashMap<>();
    own.put("outcome", DetectionText.outcome(detection));
    own.put("answer", answer(detection));
    own.put("wait_ns", detection.answer().tookNanos());
    record.scanTime().map(Duration::toNanos).ifPresent(nanos -> own.put("scan_ns", nanos));
    record.details().cgroup().ifPresent(cgroup -> own.put("cgroup", cut(cgroup)));
    record
        .file()
        .map(DetectedFile::rawPath)
        .filter(raw -> !isPlain(raw, detection.path()))
        .ifPresent(raw -> own.put("path_base64", raw));
    own.put(
        "action",
        Map.of(
            "result", record.action().kind().name().toLowerCase(Locale.ROOT),
            "detail", cut(record.action().detail())));
    return own;
  }

  /** Returns true if the bytes of the path are the text that is shown. */
  private static boolean isPlain(String raw, String path) {
    return raw.isEmpty()
        || raw.equals(Base64.getEncoder().encodeToString(path.getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns the answer: {@code allow} or {@code deny}; {@code none} if no process waited. */
  static String answer(Detection detection) {
    return detection.trigger().isBackground()
        ? "none"
        : detection.answer().response().name().toLowerCase(Locale.ROOT);
  }

  /** Returns the reason of the answer: {@code infected}, or why there was no verdict in time. */
  static String reason(Answer answer) {
    return answer.because() instanceof Verdict.Unscanned none ? none.reason().label() : "infected";
  }

  /** Returns the label of a trigger: {@code opened}. */
  static String label(ScanTrigger trigger) {
    return trigger.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns {@code text}, or its beginning if it is very long. */
  static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
