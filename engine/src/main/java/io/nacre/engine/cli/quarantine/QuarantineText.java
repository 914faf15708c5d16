package io.nacre.engine.cli.quarantine;

import io.nacre.engine.detection.record.ProcessText;
import io.nacre.engine.json.Json;
import io.nacre.engine.log.Printable;
import io.nacre.engine.quarantine.QuarantineEntry;
import io.nacre.engine.quarantine.QuarantineEntryJson;
import io.nacre.engine.quarantine.QuarantineReason;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Files in the quarantine as text and as JSON. */
final class QuarantineText {
  private static final ProcessText OPENERS = new ProcessText();

  private QuarantineText() {}

  /** Returns a line for each entry, below a line of headings. */
  static List<String> table(List<QuarantineEntry> entries) {
    int signature = "SIGNATURE".length();
    int size = "SIZE".length();
    for (QuarantineEntry entry : entries) {
      signature = Math.max(signature, entry.reason().signature().length());
      size = Math.max(size, bytes(entry.size()).length());
    }
    String format = "%-6s  %-20s  %-" + signature + "s  %" + size + "s  %s";
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, format, "ID", "PUT AWAY", "SIGNATURE", "SIZE", "FROM"));
    for (QuarantineEntry entry : entries) {
      lines.add(
          String.format(
              Locale.ROOT,
              format,
              entry.id(),
              seconds(entry.at()),
              entry.reason().signature(),
              bytes(entry.size()),
              entry.path() + (entry.isCopy() ? " (a copy)" : "")));
    }
    return lines;
  }

  /** Returns the details of {@code entry}, a file in {@code quarantine}. */
  static List<String> lines(Path quarantine, QuarantineEntry entry) {
    QuarantineReason reason = entry.reason();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("signature", reason.signature());
    facts.put("from", entry.path() + otherNames(entry));
    facts.put("stored as", quarantine.resolve(entry.id()) + (entry.isCopy() ? ", a copy" : ""));
    facts.put("found", seconds(reason.at()) + ", " + cause(reason));
    facts.put("put away", seconds(entry.at()));
    facts.put("size", bytes(entry.size()) + " bytes");
    facts.put("SHA-256", entry.sha256());
    facts.put("owner", "user " + unsigned(entry.uid()) + ", group " + unsigned(entry.gid()));
    facts.put("mode", QuarantineEntryJson.mode(entry.mode()));
    facts.put("modified", seconds(entry.modified()));
    if (entry.xattrs() > 0) {
      facts.put("attributes", entry.xattrs() + "; see --json");
    }
    List<String> lines = new ArrayList<>();
    facts.forEach((name, fact) -> lines.add(String.format(Locale.ROOT, "%-11s %s", name, fact)));
    return lines;
  }

  /** Returns {@code entries} as JSON. */
  static String json(Path quarantine, List<QuarantineEntry> entries) {
    return Json.writePretty(
        Map.of(
            "quarantine",
            quarantine.toString(),
            "files",
            entries.stream().map(QuarantineEntryJson::values).toList()));
  }

  /** Returns {@code entry} as JSON. */
  static String json(QuarantineEntry entry) {
    return Json.writePretty(QuarantineEntryJson.values(entry));
  }

  private static String cause(QuarantineReason reason) {
    String opener = OPENERS.of(reason.process());
    return switch (reason.trigger()) {
      case OPENED -> "opened by " + opener;
      case EXECUTED -> "executed by " + opener;
      case WRITTEN -> "written by " + opener;
      case ALLOWED_UNSCANNED, RESCAN -> "opened unscanned by " + opener;
      case MOVED_IN -> "moved in";
      case PREFETCH -> "prefetched";
      case ON_DEMAND -> "found by an on-demand scan";
    };
  }

  private static String otherNames(QuarantineEntry entry) {
    int count = entry.otherNames();
    return count == 0 ? "" : ", one of " + (count + 1) + " names";
  }

  private static String seconds(Instant time) {
    return Printable.of(time.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static String bytes(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String unsigned(int id) {
    return Integer.toUnsignedString(id);
  }
}
