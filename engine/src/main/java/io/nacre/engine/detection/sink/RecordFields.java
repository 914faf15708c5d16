package io.nacre.engine.detection.sink;

import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.DetectionText;
import io.nacre.engine.detection.record.ProcessDetails;
import io.nacre.engine.log.Printable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A record as names and printable values: the environment of the hook, and the fields of a message
 * to journald. A fact that is unknown has no name.
 */
final class RecordFields {

  private RecordFields() {}

  static Map<String, String> of(DetectionRecord record) {
    Detection detection = record.detection();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("NACRE_TIME", detection.at().toString());
    fields.put("NACRE_OUTCOME", DetectionText.outcome(detection).replace(' ', '-'));
    fields.put("NACRE_ANSWER", RecordJson.answer(detection));
    fields.put("NACRE_REASON", RecordJson.reason(detection.answer()));
    fields.put("NACRE_TRIGGER", RecordJson.label(detection.trigger()));
    fields.put("NACRE_SIGNATURE", detection.signature());
    record
        .file()
        .ifPresent(
            file -> {
              fields.put("NACRE_DEVICE", file.device());
              fields.put("NACRE_INODE", String.valueOf(file.inode()));
              fields.put("NACRE_SIZE", String.valueOf(file.size()));
            });
    record.sha256().ifPresent(hash -> fields.put("NACRE_SHA256", hash));
    putOpener(record, fields);
    fields.put("NACRE_WAIT_US", String.valueOf(detection.answer().tookNanos() / 1_000));
    record
        .scanTime()
        .map(Duration::toNanos)
        .ifPresent(nanos -> fields.put("NACRE_SCAN_US", String.valueOf(nanos / 1_000)));
    fields.put("NACRE_ACTION", record.action().kind().name().toLowerCase(Locale.ROOT));
    if (!record.action().detail().isEmpty()) {
      fields.put("NACRE_ACTION_DETAIL", record.action().detail());
    }
    fields.replaceAll((name, value) -> RecordJson.cut(value));
    fields.put("NACRE_PATH", detection.path());
    record.file().ifPresent(file -> fields.put("NACRE_PATH_BASE64", file.rawPath()));
    return fields;
  }

  private static void putOpener(DetectionRecord record, Map<String, String> fields) {
    ProcessDetails facts = record.details();
    if (record.detection().process().pid() > 0) {
      fields.put("NACRE_PID", String.valueOf(record.detection().process().pid()));
    }
    record
        .detection()
        .process()
        .program()
        .ifPresent(program -> fields.put("NACRE_PROGRAM", Printable.of(program)));
    record
        .detection()
        .process()
        .uid()
        .ifPresent(uid -> fields.put("NACRE_UID", Integer.toUnsignedString(uid)));
    facts.user().ifPresent(user -> fields.put("NACRE_USER", user));
    facts.commandLine().ifPresent(text -> fields.put("NACRE_COMMAND_LINE", text));
    facts.cgroup().ifPresent(cgroup -> fields.put("NACRE_CGROUP", cgroup));
    facts.container().ifPresent(id -> fields.put("NACRE_CONTAINER_ID", id));
    facts.unit().ifPresent(unit -> fields.put("NACRE_UNIT", unit));
  }
}
