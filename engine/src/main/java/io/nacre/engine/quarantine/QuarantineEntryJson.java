package io.nacre.engine.quarantine;

import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FileId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The JSON of a quarantine entry, on disk and on the screen. */
public final class QuarantineEntryJson {
  private static final int OCTAL = 8;

  private QuarantineEntryJson() {}

  /** Returns {@code entry} as values that JSON can hold. */
  public static Map<String, Object> values(QuarantineEntry entry) {
    FileAttributes attributes = entry.attributes();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("id", entry.id());
    values.put("action", entry.isCopy() ? "copied" : "moved");
    values.put("path", entry.path());
    values.put("path-base64", entry.rawPath());
    values.put("signature", entry.reason().signature());
    values.put("found", entry.reason().at().toString());
    values.put("quarantined", entry.at().toString());
    values.put("trigger", entry.reason().trigger().name().toLowerCase(Locale.ROOT));
    values.put("opener", opener(entry.reason().process()));
    values.put("size", attributes.size());
    values.put("sha256", entry.sha256());
    values.put("owner", attributes.uid());
    values.put("group", attributes.gid());
    values.put("mode", mode(attributes.mode()));
    values.put("accessed", attributes.accessed().toString());
    values.put("modified", attributes.modified().toString());
    values.put("xattrs", attributes.xattrs());
    values.put("xattrs-left-out", attributes.xattrsLeftOut());
    values.put("device", entry.file().device());
    values.put("subvolume", entry.file().subvolume());
    values.put("inode", entry.file().inode());
    values.put("other-names", entry.otherNames());
    return values;
  }

  /** Returns permissions as chmod(1) takes them. */
  public static String mode(int mode) {
    return String.format(Locale.ROOT, "%04o", mode);
  }

  private static Map<String, Object> opener(ProcessInfo opener) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("pid", opener.pid());
    opener.uid().ifPresent(uid -> values.put("uid", uid));
    opener.program().ifPresent(program -> values.put("program", program));
    return values;
  }

  /** Reads what {@link #values} became; empty if {@code text} is anything else. */
  static Optional<QuarantineEntry> read(String text) {
    try {
      return Json.read(text).map(QuarantineEntryJson::entry);
    } catch (DateTimeException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static QuarantineEntry entry(JsonObject json) {
    JsonObject opener = json.getObject("opener");
    QuarantineReason reason =
        new QuarantineReason(
            json.getString("signature"),
            Instant.parse(json.getString("found")),
            ScanTrigger.valueOf(json.getString("trigger").toUpperCase(Locale.ROOT)),
            new ProcessInfo(
                opener.getInt("pid"),
                opener.has("uid") ? OptionalInt.of(opener.getInt("uid")) : OptionalInt.empty(),
                opener.has("program")
                    ? Optional.of(opener.getString("program"))
                    : Optional.empty()));
    return new QuarantineEntry(
        json.getString("id"),
        json.getString("action").equals("copied"),
        json.getString("path"),
        json.getString("path-base64"),
        new FileId(json.getLong("device"), json.getLong("subvolume"), json.getLong("inode")),
        json.getInt("other-names"),
        attributes(json),
        json.getString("sha256"),
        reason,
        Instant.parse(json.getString("quarantined")));
  }

  private static FileAttributes attributes(JsonObject json) {
    Map<String, String> xattrs = new LinkedHashMap<>();
    json.getObject("xattrs")
        .values()
        .forEach((name, value) -> xattrs.put(name, String.valueOf(value)));
    return new FileAttributes(
        json.getInt("owner"),
        json.getInt("group"),
        Integer.parseInt(json.getString("mode"), OCTAL),
        json.getLong("size"),
        Instant.parse(json.getString("accessed")),
        Instant.parse(json.getString("modified")),
        xattrs,
        json.getInt("xattrs-left-out"));
  }
}
